"""From latents to sound without a spectrogram between: the picture is measured from the samples."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import chain

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingConfig, TilingMode
from core.api.events import Event, TileDecoded, TilePlanned
from core.api.progress import InnerProgress, Progress
from core.api.region import Region, Span
from core.api.request import Level
from core.diffusion.latent_clip import LatentClip
from core.diffusion.windows import plan_windows
from core.mel import MelParams
from core.models.text_to_audio_model import WaveformModel
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.pipeline.decoder import Decoding, DecodingForecast
from core.pipeline.latent_preview import StepPreview, WaveformPreview
from core.pipeline.levelling import find_gain_of_samples, is_levelled
from core.pipeline.written_sound import written_sound
from core.runtime.spool import Spool
from core.sound_files.resampling import resampled
from core.sound_files.source_preview import log_mel_stretches
from core.sound_files.source_sound import read_source_samples
from core.tiled_vae import PictureGrid, WaveformVAE
from core.vocoders.limiter import Limiter

HEAD_S = 8.0
"""Of a sound whose level is measured before the first of it is heard."""

_PICTURE_FRAMES = 32  # measured at once
GAINS_A_SECOND = 100  # of the limiter


class WaveformDecoder:
    """The `Decoder` of a model whose latents are those of samples. It is exact in every mode.

    Args:
        model: The model.
    """

    def __init__(self, model: WaveformModel) -> None:
        self._model = model

    def forecast(
        self, num_frames: int, config: EngineConfig, *, has_source: bool
    ) -> DecodingForecast:
        """What the decoding takes; see `Decoder`."""
        model, engine = self._model, waveform_engine(self._model, config.tiling)
        plan = engine.plan_decode((1, model.latent_channels, num_frames))
        peaks, clock = [plan.peak_bytes], model.clock
        if has_source:
            encoding = engine.plan_encode((1, clock.channels, clock.samples_of(num_frames)))
            peaks.append(encoding.peak_bytes)
        own = str(next(model.waveform_vae.parameters()).dtype).removeprefix("torch.")
        return DecodingForecast(
            mode=TilingMode.EXACT,
            precision=str(config.tiling.compute_dtype or own),
            working_bytes=max(peaks),
            mel_cells=_picture_frames(clock.samples_of(num_frames), model) * model.mel.n_mels,
            explanation=plan.explanation,
        )

    def is_heard_early(self, num_frames: int, config: EngineConfig, level: Level | float) -> bool:
        """Whether a clip of several windows is decoded from its beginning on."""
        is_windowed = len(plan_windows(self._model, num_frames).windows) > 1
        return is_windowed and not is_levelled(self._model.card, level)

    def decode(
        self,
        clip: LatentClip,
        num_samples: int,
        *,
        config: EngineConfig,
        progress: Progress,
        level: Level | float = Level.UNCHANGED,
        peers: Peers = ALONE,
    ) -> Decoding:
        """Decode as much of a clip as is heard, and measure its picture; see `Decoder`."""
        model, clock = self._model, self._model.clock
        engine = waveform_engine(model, config.tiling)
        num_frames = min(clip.shape[2], engine.latents_read(Span(0, num_samples)).stop)
        source = ClipSource(clip, Span(0, num_frames))
        inner = _InsidePicture(progress, _picture_frames(num_samples, model))
        with ExitStack() as stack:
            waveform = stack.enter_context(Spool(clock.inner_shape))
            mel = stack.enter_context(Spool((model.mel.n_mels,)))
            decoded, gain = self._decoded(engine, source, inner), 1.0
            if is_levelled(model.card, level):
                head = _taken(decoded, clock.num_samples(HEAD_S))
                heard = np.concatenate(head)[:num_samples]
                gain = find_gain_of_samples(model, level, heard, progress)
                decoded = chain(head, decoded)
            sound = _limited(decoded, Limiter(clock.sample_rate // GAINS_A_SECOND, gain))
            written = written_sound(waveform, sound, num_samples, clock.sample_rate, progress)
            for frames in measured(written, clock.sample_rate, model.mel):
                inner.emit_picture(mel.num_rows, frames)
                mel.append(frames)
            explanation = engine.plan_decode(source.shape).explanation
            return Decoding(waveform.mapped(), mel.mapped(), gain, TilingMode.EXACT, explanation)

    def assist(
        self, clip: LatentClip, *, config: EngineConfig, progress: Progress, peers: Peers
    ) -> None:
        """Nothing is left to do: the first rank decodes waveforms alone; see `Decoder`."""

    def encode_source(
        self, path: str, num_frames: int, config: EngineConfig, progress: Progress
    ) -> Tensor:
        """The latents of a sound file; see `Decoder`."""
        clock = self._model.clock
        samples = read_source_samples(path, clock, clock.samples_of(num_frames), progress)
        return _encoded_source(self._model, samples.T, config.tiling, progress)

    def make_preview(self) -> StepPreview | None:
        """What shows denoising steps; see `Decoder`."""
        return WaveformPreview(self._model)

    def _decoded(
        self, engine: WaveformVAE, source: "ClipSource", progress: Progress
    ) -> Iterator[FloatArray]:
        """Yield the samples (n,) or (n, channels) of a clip as the network gives them."""
        for _, values in engine.decode_stretches(source, progress):
            yield as_samples(values)


class ClipSource:
    """A part of a clip's latents, as a waveform's decoder reads them: (1, C, T).

    Args:
        clip: Latents (1, C, T, 1).
        span: The part.
    """

    def __init__(self, clip: LatentClip, span: Span) -> None:
        self.shape = (*clip.shape[:2], span.length)
        self._clip, self._first = clip, span.start

    def read(self, span: Span) -> Tensor:
        """The latents (1, C, span.length) of a span of the part."""
        return self._clip.read(span.shift(self._first)).squeeze(3)


def waveform_engine(model: WaveformModel, tiling: TilingConfig) -> WaveformVAE:
    """The model's autoencoder, as its configuration says."""
    return WaveformVAE(
        model.waveform_vae,
        memory_budget=tiling.memory_budget,
        compute_dtype=tiling.compute_dtype,
        grid=PictureGrid(
            round(model.clock.sample_rate / model.mel.frames_per_second), model.mel.n_mels
        ),
    )


def encoded(
    model: WaveformModel, samples: FloatArray, tiling: TilingConfig, progress: Progress
) -> Tensor:
    """The latents (1, C, T, 1) of samples (n, channels), whole latent frames of them."""
    values = torch.from_numpy(np.ascontiguousarray(samples.T))[None]
    values = values.to(model.device, next(model.waveform_vae.parameters()).dtype)
    engine = waveform_engine(model, tiling)
    latents = engine.encode_latents(values, progress)
    return latents.float().unsqueeze(3)


def _encoded_source(
    model: WaveformModel, samples: FloatArray, tiling: TilingConfig, progress: Progress
) -> Tensor:
    """The latents of samples (n, channels), of which silence at the end is encoded once.

    A window of 47 s is silent behind a sound of 5 s, and each of its latents there is the same.
    """
    engine, hop = waveform_engine(model, tiling), model.clock.hop_length
    num_frames, sounding = len(samples) // hop, np.flatnonzero(samples.any(axis=1))
    num_heard = int(sounding[-1]) + 1 if len(sounding) else 0
    read = engine.samples_read(Span(0, 1))
    silent = -((read.start - num_heard) // hop)  # the first frame that hears nothing else
    length = silent + 1 - (hop - read.stop) // hop  # with what that frame reads behind it
    if not engine.hears_places_alike or length >= num_frames:
        return encoded(model, samples, tiling, progress)
    latents = encoded(model, samples[: length * hop], tiling, progress)[:, :, : silent + 1]
    rest = latents[:, :, silent:].expand(-1, -1, num_frames - silent - 1, -1)
    return torch.cat([latents, rest], dim=2)


def as_samples(values: Tensor) -> FloatArray:
    """Samples (1, channels, n) as (n, channels), or (n,) of one channel."""
    samples = values[0].float().cpu().numpy().T
    return np.ascontiguousarray(samples[:, 0] if samples.shape[1] == 1 else samples)


def mono_of(samples: FloatArray) -> FloatArray:
    """The average (n,) of all channels of samples (n,) or (n, channels)."""
    return samples if samples.ndim == 1 else samples.mean(axis=1, dtype=np.float32)


class _InsidePicture(InnerProgress):
    """Passes events on to `parent`: tiles end with the sound, and are as high as the picture.

    Args:
        parent: Receives the events, and may cancel.
        num_frames: Frames of the picture.
    """

    def __init__(self, parent: Progress, num_frames: int) -> None:
        super().__init__(parent, self._on_event)
        self._clip = Span(0, num_frames)
        self._bins = Span(0, MelParams().n_mels)
        self._tiles: tuple[Region, ...] = ()

    def emit_picture(self, first: int, mel: FloatArray) -> None:
        """Emit measured frames (n, F) from `first` on, as the tile that they begin in."""
        time = Span(first, first + len(mel))
        found = (i for i, tile in enumerate(self._tiles) if tile.time.stop > first)
        number = next(found, max(0, len(self._tiles) - 1))
        self._parent.emit(TileDecoded(number, Region(time, self._bins), mel))

    def _on_event(self, event: Event) -> None:
        if isinstance(event, TilePlanned):
            inside = (tile.time.intersect(self._clip) for tile in event.tiles)
            self._tiles = tuple(Region(time, self._bins) for time in inside if time.length)
            event = replace(event, tiles=self._tiles, padded=self._tiles)
        self._parent.emit(event)


def _picture_frames(num_samples: int, model: WaveformModel) -> int:
    """Frames of the picture of so many samples."""
    return round(num_samples / model.clock.sample_rate * model.mel.frames_per_second)


def _taken(pieces: Iterator[FloatArray], least: int) -> list[FloatArray]:
    """The first pieces of a sound, until they hold so many samples or it ends."""
    taken: list[FloatArray] = []
    while sum(map(len, taken)) < least and (piece := next(pieces, None)) is not None:
        taken.append(piece)
    return taken


def _limited(pieces: Iterator[FloatArray], limiter: Limiter) -> Iterator[FloatArray]:
    for piece in pieces:
        yield limiter.push(piece)
    yield limiter.finish()


def measured(
    pieces: Iterator[FloatArray], sample_rate: int, params: MelParams
) -> Iterator[FloatArray]:
    """Yield the log-mel (t, F) of a sound, channels averaged, while its pieces come.

    Args:
        pieces: Samples (n,) or (n, channels).
        sample_rate: Samples a second.
        params: Of the log-mel.
    """
    mono: Iterator[FloatArray] = map(mono_of, pieces)
    if sample_rate != params.sample_rate:
        mono = resampled(mono, sample_rate, params.sample_rate)
    yield from log_mel_stretches(mono, params, _PICTURE_FRAMES)
