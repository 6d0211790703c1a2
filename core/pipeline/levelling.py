"""The level of a take: one gain for all of its samples, known before the first one is heard.

A take plays while it is made, so its loudness cannot be measured on its samples first. It is
estimated from the log-mel of its beginning, and from the latents of the rest: the beginning tells
a linear map from one to the other. With clips of the bundled model that put loud and quiet sounds
one after another, the estimate was within 1 LU. The gain never changes within a take, so that
nothing in it swells or fades.

A model's recommendation moves the loudness halfway only: a sound that the prompt makes quiet stays
quieter than a loud one. A loudness that a person asks for is met, as far as peaks allow.
"""

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.events import Notice
from core.api.model_card import ModelCard
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import Level
from core.mel import MelParams
from core.models.text_to_audio_model import LogMelModel, TextToAudioModel
from core.pipeline.latent_preview import MAX_COLUMNS, LatentPreview
from core.sound_files.loudness import (
    STEPS_A_BLOCK,
    STEPS_A_SECOND,
    LoudnessMeter,
    Powers,
    block_powers,
    integrated_lufs,
    k_weighting_response,
)
from core.tiled_vae import LatentSource
from core.tiled_vae.inputs import read_span
from core.vocoders.griffin_lim import ShortTimeTransform
from core.vocoders.mel_inversion import MelInversion
from core.vocoders.phase_reconstruction import LOUDEST_RMS

RECOMMENDED_SHARE = 0.5
"""How far a recommendation moves the loudness: half the way in dB."""

LOUD_S = 0.064
"""The length of the frames whose loudest one limits a boost."""

LARGEST_BOOST_DB = 24.0
"""More would bring out the noise of a sound that is nearly silent."""

_FULL_SCALE_SINE_RMS = math.sqrt(0.5)
_TINY = 1e-12
_NOTICED_DB = 1.0
_HEAD_WINDOWS = 0.5, 8
_MEASURED_FRAMES = 2048  # at once, so that memory does not grow with the part
_PART_FRAMES = 256  # mel frames whose loudness is estimated at a time
_MOST_PARTS = 48  # two minutes, in a second
_MOST_TOO_LOW_DB = 6.0
_HELD_BACK = (
    "The loudness is about {lufs:.0f} LUFS: more would cut off its peaks, or bring out its noise."
)


def is_levelled(card: ModelCard, level: Level | float) -> bool:
    """Whether a take of a model may get another level than the model gives it."""
    return level is not Level.UNCHANGED and (
        level is not Level.RECOMMENDED or card.loudness_lufs is not None
    )


def take_head(model: LogMelModel, stretches: Iterator[FloatArray]) -> list[FloatArray]:
    """Take the stretches of a log-mel that tell a clip's loudness: half a window of the model.

    Where the clip begins with silence it is more, up to several windows.
    """
    least, most = (round(windows * model.card.window_frames) for windows in _HEAD_WINDOWS)
    head: list[FloatArray] = []
    count, is_heard = 0, False
    for stretch in stretches:
        head.append(stretch)
        count += len(stretch)
        is_heard = is_heard or _lufs_of(model, stretch) > -math.inf
        if count >= (least if is_heard else most):
            break
    return head


def find_gain(
    model: LogMelModel,
    level: Level | float,
    head: FloatArray,
    latents: Tensor | LatentSource | None,
    progress: Progress,
) -> float:
    """The gain that brings a sound to a level.

    Approximate, to about 1 LU. Loudness gives way to peaks: the loudest 64 ms are boosted no
    further than to where the limiter has little to do.

    Args:
        model: The model that makes the sound.
        level: The level of the request.
        head: Natural-log mel spectrogram (T, F) of the beginning of the sound.
        latents: Latents (1, C, T, F) of the whole sound; None where nobody knows how it goes on.
        progress: Receives a notice where a loudness that was asked for cannot be met.
    """
    if not is_levelled(model.card, level):
        return 1.0
    meter = MelLoudness(model)
    meter.add(head)
    if latents is not None and meter.lufs > -math.inf:
        for part in _estimated_rest(model, head, latents):
            meter.add(part)
    return _gain(model.card, level, meter.lufs, meter.loudest_rms, progress)


def find_gain_of_samples(
    model: TextToAudioModel, level: Level | float, head: FloatArray, progress: Progress
) -> float:
    """The gain that brings a sound to a level, by the samples (n,) or (n, channels) of its head.

    Args:
        model: The model that makes the sound.
        level: The level of the request.
        head: The beginning of the sound.
        progress: Receives a notice where a loudness that was asked for cannot be met.
    """
    if not is_levelled(model.card, level):
        return 1.0
    clock = model.clock
    rows = head.reshape(len(head), -1).T
    meter = LoudnessMeter(clock.sample_rate, len(rows))
    meter.add(rows)
    size = max(1, round(LOUD_S * clock.sample_rate))
    squares = np.square(rows, dtype=np.float64).mean(axis=0)
    parts = [squares[start : start + size].mean() for start in range(0, len(squares), size)]
    return _gain(model.card, level, meter.lufs, math.sqrt(max(parts, default=0.0)), progress)


def _gain(
    card: ModelCard, level: Level | float, lufs: float, loudest_rms: float, progress: Progress
) -> float:
    """The gain of a sound of a loudness, whose loudest frame has a root mean square."""
    if lufs == -math.inf:
        return 1.0
    if isinstance(level, float):
        change_db = level - lufs
    else:
        assert card.loudness_lufs is not None
        change_db = RECOMMENDED_SHARE * (card.loudness_lufs - lufs)
    largest_db = 20 * math.log10(max(1.0, LOUDEST_RMS / loudest_rms))
    gain_db = min(change_db, LARGEST_BOOST_DB, largest_db)
    if level is not Level.RECOMMENDED and gain_db < change_db - _NOTICED_DB:
        progress.emit(Notice(_HELD_BACK.format(lufs=lufs + gain_db)))
    return float(10 ** (gain_db / 20))


def _estimated_rest(
    model: LogMelModel, head: FloatArray, latents: Tensor | LatentSource
) -> Iterator[FloatArray]:
    """Yield estimates of the log-mel (T, F) behind the head: all of it, or spread parts of much."""
    scale, stop = model.time_scale, len(head) // model.time_scale
    if not 0 < stop < latents.shape[2]:
        return
    learnt = Span(0, min(stop, MAX_COLUMNS // scale))
    learnt_mel = np.ascontiguousarray(head[: learnt.length * scale])
    learnt_latents = read_span(latents, learnt).float().cpu()
    preview = LatentPreview(model.latent_channels, scale)
    preview.learn(learnt_latents, torch.from_numpy(learnt_mel)[None, None])
    # The map gives means of logarithms, which are too low for the power.
    too_low_db = _lufs_of(model, learnt_mel) - _lufs_of(model, preview.mel(learnt_latents[0]))
    offset = np.float32(min(max(too_low_db, 0.0), _MOST_TOO_LOW_DB) * math.log(10) / 20)
    size = math.ceil(_PART_FRAMES / scale)
    count = math.ceil((latents.shape[2] - stop) / size)
    for number in np.unique(np.linspace(0, count - 1, min(count, _MOST_PARTS)).round().astype(int)):
        start = stop + int(number) * size
        part = read_span(latents, Span(start, min(start + size, latents.shape[2])))
        yield preview.mel(part[0].float().cpu()) + offset


def _lufs_of(model: LogMelModel, mel: FloatArray) -> float:
    meter = MelLoudness(model)
    meter.add(mel)
    return meter.lufs


class MelLoudness:
    """Estimates the loudness of a sound from parts of its log-mel.

    The power of a frame is that of smooth Fourier magnitudes with its mel, by Parseval. With the
    bundled model the estimate was within 0.4 LU of what its samples have.

    Args:
        model: The model that makes the sound.

    Attributes:
        loudest_rms: Root mean square of the loudest frame so far, full scale = 1.
    """

    def __init__(self, model: LogMelModel) -> None:
        params = model.mel
        self._limit_rms = min(model.vocoder.loudest_rms, _FULL_SCALE_SINE_RMS)
        self._magnitudes = MelInversion(params)
        frequencies = np.fft.rfftfreq(params.n_fft, 1 / params.sample_rate)
        self._plain = _share_of_power(params)
        self._weighted = self._plain * k_weighting_response(params.sample_rate, frequencies)
        self._frames_a_step = max(1, round(params.frames_per_second / STEPS_A_SECOND))
        self._blocks: list[Powers] = []
        self.loudest_rms = 0.0

    def add(self, part: FloatArray) -> None:
        """Measure a part, natural-log mel (T, F); parts need not follow each other."""
        for start in range(0, len(part), _MEASURED_FRAMES):
            self._add(part[start : start + _MEASURED_FRAMES])

    def _add(self, part: FloatArray) -> None:
        magnitudes = self._magnitudes(torch.from_numpy(np.ascontiguousarray(part)))
        squares = np.square(magnitudes.numpy(), dtype=np.float64)
        power = squares @ self._plain
        heard = np.minimum(power, self._limit_rms**2)  # what vocoder and limiter leave of it
        self.loudest_rms = max(self.loudest_rms, math.sqrt(heard.max(initial=0.0)))
        weighted = squares @ self._weighted * (heard / np.maximum(power, _TINY))
        self._blocks.append(self._block_powers(weighted))

    def _block_powers(self, frames: Powers) -> Powers:
        """The powers of blocks of 400 ms from those of frames (T,)."""
        size = self._frames_a_step
        count = len(frames) // size
        if count < STEPS_A_BLOCK:
            return np.array([frames.mean()])
        return block_powers(frames[: count * size].reshape(count, size).mean(axis=1))

    @property
    def lufs(self) -> float:
        """The integrated loudness of all parts, -inf for silence."""
        return integrated_lufs(np.concatenate([np.zeros(0), *self._blocks]))


def _share_of_power(params: MelParams) -> Powers:
    """What the squares of Fourier magnitudes (K,) add to the mean square of a frame."""
    transform = ShortTimeTransform(params.n_fft, params.hop_length)
    window_energy = np.square(transform.window, dtype=np.float64).sum()
    shares: Powers = transform.multiplicity / (params.n_fft * window_energy)
    return shares
