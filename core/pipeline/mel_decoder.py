"""From latents to sound by way of a log-mel: decodes and vocodes stretch by stretch.

Decoding, vocoding and events alternate, so that the first sound comes after the first tiles of a
clip of any length. Finished log-mel and samples go to the disk.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import chain

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import EngineConfig, TilingConfig
from core.api.events import Event, TilePlanned
from core.api.progress import InnerProgress, Progress
from core.api.region import Region, Span
from core.api.request import Level
from core.diffusion.latent_clip import LatentClip
from core.diffusion.windows import plan_windows
from core.models.text_to_audio_model import LogMelModel
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.pipeline.decoder import Decoding, DecodingForecast
from core.pipeline.latent_preview import StepPreview, fitted_preview
from core.pipeline.levelling import find_gain, is_levelled, take_head
from core.pipeline.written_sound import written_sound
from core.runtime.spool import Spool
from core.sound_files.source_sound import read_source
from core.tiled_vae import TiledVAE
from core.vocoders.hifigan import HifiGanVocoder
from core.vocoders.limiter import LimitedStream
from core.vocoders.shared_chunks import SharedStream, serve_chunks
from core.vocoders.vocoder import VocoderStream, overflow_notice

FRAMES_PER_PUSH = 64  # mel frames vocoded between two events and checks for cancelling


class ClipLatentSource:
    """A `LatentSource` for the VAE that reads and unscales the latents of a denoised clip.

    Args:
        clip: Latents as the denoiser left them.
        scaling_factor: The model's factor from the VAE's latents to the denoiser's.
    """

    def __init__(self, clip: LatentClip, scaling_factor: float) -> None:
        self.shape = clip.shape
        self._clip = clip
        self._scaling_factor = scaling_factor

    def read(self, span: Span) -> Tensor:
        """The latents (1, C, span.length, F) of a span of time."""
        return self._clip.read(span) / self._scaling_factor


class MelDecoder:
    """The `Decoder` of a model with a VAE of log-mel spectrograms and a vocoder.

    Args:
        model: The model.
    """

    def __init__(self, model: LogMelModel) -> None:
        self._model = model

    def forecast(
        self, num_frames: int, config: EngineConfig, *, has_source: bool
    ) -> DecodingForecast:
        """What the decoding takes; see `Decoder`."""
        model = self._model
        engine = TiledVAE(model.vae, tiling_for(model, num_frames, config))
        shape = (1, model.latent_channels, num_frames, model.latent_bins)
        plan = engine.plan_decode(shape, num_ranks=1 + len(config.other_devices))
        mel_frames, peaks = num_frames * model.time_scale, [plan.peak_bytes]
        if has_source:
            encoder = TiledVAE(model.vae, config.tiling)
            encoding = encoder.plan_encode((1, 1, mel_frames, model.mel.n_mels))
            peaks.append(encoding.peak_bytes)
        vae_dtype = str(next(model.vae.parameters()).dtype).removeprefix("torch.")
        return DecodingForecast(
            mode=plan.mode,
            precision=str(config.tiling.compute_dtype or vae_dtype),
            working_bytes=max(peaks),
            mel_cells=mel_frames * model.mel.n_mels,
            explanation=plan.explanation,
        )

    def is_heard_early(self, num_frames: int, config: EngineConfig, level: Level | float) -> bool:
        """Whether windows are decoded one by one and get no level from all latents."""
        in_windows = _is_decoded_in_windows(self._model, num_frames, config)
        return in_windows and not is_levelled(self._model.card, level)

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
        """Decode a clip, vocode it and cut it off; see `Decoder`."""
        model = self._model
        engine, latents = self._engine(clip, config, peers)
        with peers.leaving_together(), ExitStack() as stack:
            plans: list[TilePlanned] = []  # the first is the clip's, made by all ranks
            stack.enter_context(progress.with_listener(partial(_keep_plan, plans)))
            waveform = stack.enter_context(Spool(model.clock.inner_shape))
            mel = stack.enter_context(Spool((model.mel.n_mels,)))
            stack.enter_context(overflow_notice(model.vocoder, progress))
            stream = _stream(model, peers)
            between_turns = stream.end_turn if isinstance(stream, SharedStream) else _nothing
            tiles = engine.decode_tiles(latents, progress, between_turns)
            stretches, gain = _stretches(model, tiles, mel), 1.0
            if is_levelled(model.card, level):
                head = take_head(model, stretches)
                gain = find_gain(model, level, np.concatenate(head), latents, progress)
                stretches = chain(head, stretches)
            vocoded = _vocode(LimitedStream(model.vocoder, gain, stream), stretches)
            rate = model.clock.sample_rate
            for _ in written_sound(
                waveform, vocoded, num_samples, rate, progress, network="vocoder"
            ):
                pass
            plan = plans[0]
            return Decoding(waveform.mapped(), mel.mapped(), gain, plan.mode, plan.explanation)

    def assist(
        self, clip: LatentClip, *, config: EngineConfig, progress: Progress, peers: Peers
    ) -> None:
        """Decode this rank's tiles, and vocode chunks for the first rank; see `Decoder`."""
        engine, latents = self._engine(clip, config, peers)
        vocoder, serve = self._model.vocoder, _nothing
        if isinstance(vocoder, HifiGanVocoder):
            serve = partial(serve_chunks, vocoder, progress.check_cancelled, peers)
        with peers.leaving_together():
            for _ in engine.decode_tiles(latents, InnerProgress(progress), serve):
                pass
            serve()

    def _engine(
        self, clip: LatentClip, config: EngineConfig, peers: Peers
    ) -> tuple[TiledVAE, ClipLatentSource]:
        """What decodes a clip, and its latents as that reads them."""
        model = self._model
        engine = TiledVAE(model.vae, tiling_for(model, clip.shape[2], config), peers)
        return engine, ClipLatentSource(clip, model.scaling_factor)

    def encode_source(
        self, path: str, num_frames: int, config: EngineConfig, progress: Progress
    ) -> Tensor:
        """The latents of a sound file; see `Decoder`."""
        model = self._model
        mel = read_source(path, model.mel, num_frames * model.time_scale, progress)
        posterior = TiledVAE(model.vae, config.tiling).encode(
            mel.to(model.device, model.dtype), progress
        )
        latents: Tensor = posterior.mode() * model.scaling_factor
        return latents

    def make_preview(self) -> StepPreview | None:
        """What shows denoising steps; see `Decoder`."""
        return fitted_preview(self._model)


def tiling_for(model: LogMelModel, num_frames: int, config: EngineConfig) -> TilingConfig:
    """The configured tiling, with the context that the latents are denoised in."""
    if _is_decoded_in_windows(model, num_frames, config):
        return replace(config.tiling, context=model.card.window_frames)
    return config.tiling


def _is_decoded_in_windows(model: LogMelModel, num_frames: int, config: EngineConfig) -> bool:
    return config.context_of_take and len(plan_windows(model, num_frames).windows) > 1


def _keep_plan(plans: list[TilePlanned], event: Event) -> None:
    if isinstance(event, TilePlanned):
        plans.append(event)


def _nothing() -> None:
    """What is done between two turns where nothing is shared."""


def _stretches(
    model: LogMelModel, tiles: Iterator[tuple[Region, Tensor]], mel: Spool
) -> Iterator[FloatArray]:
    """Yield complete frames of the log-mel (t, F) in the order of time; also append to `mel`."""
    frontier = MelFrontier(model.mel.n_mels)
    for region, values in tiles:
        stretch = frontier.fill(region, values[0, 0].float().cpu().numpy())
        mel.append(stretch)
        yield stretch


def _stream(model: LogMelModel, peers: Peers) -> VocoderStream:
    """The vocoder's stream; over several ranks where it works in chunks."""
    vocoder = model.vocoder
    if peers.size > 1 and isinstance(vocoder, HifiGanVocoder):
        return SharedStream(vocoder, peers)
    return vocoder.stream()


def _vocode(stream: LimitedStream, stretches: Iterator[FloatArray]) -> Iterator[FloatArray]:
    """Yield samples as soon as the log-mel stretches allow."""
    for stretch in stretches:
        frames = torch.from_numpy(stretch)
        for first in range(0, len(frames), FRAMES_PER_PUSH):
            yield stream.push(frames[first : first + FRAMES_PER_PUSH])
    yield stream.finish()


class MelFrontier:
    """Collects tiles in any order and releases each frame once, when all its bins are there.

    It holds only the frames from the first incomplete one to the last one filled.

    Args:
        n_mels: Height in mel bins.
    """

    def __init__(self, n_mels: int) -> None:
        self._start = 0  # index of the first frame that is held
        self._frames: FloatArray = np.zeros((0, n_mels), np.float32)
        self._bins_filled = np.zeros(0, np.int64)

    def fill(self, region: Region, values: FloatArray) -> FloatArray:
        """Add the values (T, F) of a tile.

        Law: all calls together release every frame exactly once, in order.

        Returns:
            The frames (n, n_mels) after those released before that are complete now; n may be 0.
        """
        self._grow_to(region.time.stop - self._start)
        time = region.time.shift(-self._start)
        self._frames[time.slice, region.bins.slice] = values
        self._bins_filled[time.slice] += region.bins.length
        incomplete = self._bins_filled < self._frames.shape[1]
        return self._release(int(incomplete.argmax()) if incomplete.any() else len(incomplete))

    def _grow_to(self, num_frames: int) -> None:
        missing = max(0, num_frames - len(self._frames))
        self._frames = np.pad(self._frames, ((0, missing), (0, 0)))
        self._bins_filled = np.pad(self._bins_filled, (0, missing))

    def _release(self, num_frames: int) -> FloatArray:
        released, self._frames = self._frames[:num_frames], self._frames[num_frames:]
        self._bins_filled = self._bins_filled[num_frames:]
        self._start += num_frames
        return released
