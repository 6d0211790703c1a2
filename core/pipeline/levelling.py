"""The level of a take: one gain for all of its samples, known before the first one is heard.

A take plays while it is made, so its loudness cannot be measured on its samples first. It is
estimated from its log-mel: all of it where the clip is short, else a few windows spread over it.
The gain never changes within a take, so that nothing in it swells or fades.

A model's recommendation moves the loudness halfway only: a sound that the prompt makes quiet stays
quieter than a loud one. A loudness that a person asks for is met, as far as peaks allow.
"""

import math
from collections.abc import Iterable

import numpy as np
import torch
from scipy import signal

from core.api.arrays import FloatArray
from core.api.events import Notice
from core.api.model_card import ModelCard
from core.api.progress import Progress
from core.api.request import Level
from core.mel import MelParams
from core.models.text_to_audio_model import TextToAudioModel
from core.sound_files.loudness import (
    STEPS_A_BLOCK,
    STEPS_A_SECOND,
    Powers,
    integrated_lufs,
    k_weighting,
)
from core.vocoders.mel_inversion import MelInversion
from core.vocoders.phase_reconstruction import LOUDEST_RMS, PhaseReconstructionVocoder

RECOMMENDED_SHARE = 0.5
"""How far a recommendation moves the loudness: half the way in dB."""

LARGEST_BOOST_DB = 24.0
"""More would bring out the noise of a sound that is nearly silent."""

_FULL_SCALE_SINE_RMS = math.sqrt(0.5)
_TINY = 1e-12
_NOTICED_DB = 1.0
_HELD_BACK = (
    "The loudness is about {lufs:.0f} LUFS: more would cut off its peaks, or bring out its noise."
)


def is_levelled(card: ModelCard, level: Level | float) -> bool:
    """Whether a take of a model may get another level than the model gives it."""
    return level is not Level.UNCHANGED and (
        level is not Level.RECOMMENDED or card.loudness_lufs is not None
    )


def find_gain(
    model: TextToAudioModel,
    level: Level | float,
    stretches: Iterable[FloatArray],
    progress: Progress | None = None,
) -> float:
    """The gain that brings a sound to a level.

    Approximate, to about 1 LU. Loudness gives way to peaks: the loudest 64 ms are boosted no
    further than to where the limiter has little to do.

    Args:
        model: The model that makes the sound.
        level: The level of the request.
        stretches: Natural-log mel spectrograms (T, F) of the sound, or of parts of it.
        progress: Receives a notice where a loudness that was asked for cannot be met.
    """
    if not is_levelled(model.card, level):
        return 1.0
    meter = MelLoudness(model)
    for stretch in stretches:
        meter.add(stretch)
    lufs = meter.lufs
    if lufs == -math.inf:
        return 1.0
    if isinstance(level, float):
        change_db = level - lufs
    else:
        assert model.card.loudness_lufs is not None
        change_db = RECOMMENDED_SHARE * (model.card.loudness_lufs - lufs)
    largest_db = 20 * math.log10(max(1.0, LOUDEST_RMS / meter.loudest_rms))
    gain_db = min(change_db, LARGEST_BOOST_DB, largest_db)
    if progress and level is not Level.RECOMMENDED and gain_db < change_db - _NOTICED_DB:
        progress.emit(Notice(_HELD_BACK.format(lufs=lufs + gain_db)))
    return float(10 ** (gain_db / 20))


class MelLoudness:
    """Estimates the loudness of a sound from parts of its log-mel.

    The power of a frame is that of smooth Fourier magnitudes with its mel, by Parseval. With the
    bundled model the estimate was within 0.4 LU of what its samples have.

    Args:
        model: The model that makes the sound.

    Attributes:
        loudest_rms: Root mean square of the loudest frame so far, full scale = 1.
    """

    def __init__(self, model: TextToAudioModel) -> None:
        params = model.mel
        is_reconstructed = isinstance(model.vocoder, PhaseReconstructionVocoder)
        self._limit_rms = LOUDEST_RMS if is_reconstructed else _FULL_SCALE_SINE_RMS
        self._magnitudes = MelInversion(params)
        frequencies = np.fft.rfftfreq(params.n_fft, 1 / params.sample_rate)
        sections = k_weighting(params.sample_rate)
        _, response = signal.freqz_sos(sections, frequencies, fs=params.sample_rate)
        self._plain = _share_of_power(params)
        self._weighted = self._plain * np.square(np.abs(response))
        self._frames_a_step = max(1, round(params.frames_per_second / STEPS_A_SECOND))
        self._blocks: list[Powers] = []
        self.loudest_rms = 0.0

    def add(self, part: FloatArray) -> None:
        """Measure a part, natural-log mel (T, F); parts need not follow each other."""
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
        steps = frames[: count * size].reshape(count, size).mean(axis=1)
        powers: Powers = np.convolve(steps, np.full(STEPS_A_BLOCK, 1 / STEPS_A_BLOCK), "valid")
        return powers

    @property
    def lufs(self) -> float:
        """The integrated loudness of all parts, -inf for silence."""
        return integrated_lufs(np.concatenate([np.zeros(0), *self._blocks]))


def _share_of_power(params: MelParams) -> Powers:
    """What the squares of Fourier magnitudes (K,) add to the mean square of a frame."""
    shares = np.full(params.n_fft // 2 + 1, 2.0)  # of a real signal's bins
    shares[[0, -1]] = 1.0
    window = np.hanning(params.n_fft + 1)[:-1]
    shares /= params.n_fft * np.square(window).sum()
    return shares
