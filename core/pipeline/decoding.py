"""From latents to sound: decodes and vocodes stretch by stretch.

Decoding, vocoding and events alternate, so that the first sound comes after the first tiles of a
clip of any length. Finished log-mel and samples go to the disk.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import TilingConfig
from core.api.errors import NonFiniteError
from core.api.events import AudioChunk
from core.api.progress import Progress
from core.api.region import Region, Span
from core.api.request import Level
from core.diffusion.latent_clip import LatentClip
from core.models.text_to_audio_model import TextToAudioModel
from core.pipeline.edge_fades import EdgeFades
from core.pipeline.levelling import find_gain, is_levelled, take_head
from core.runtime.spool import Spool
from core.tiled_vae import LatentSource, Plan, TiledVAE
from core.vocoders.limiter import LimitedStream
from core.vocoders.vocoder import overflow_notice

FRAMES_PER_PUSH = 64  # mel frames vocoded between two events and checks for cancelling


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """The sound decoded from latents.

    Attributes:
        plan: The plan of its tiles.
        waveform: Samples (n,) or (n, channels), full scale = 1; on the disk.
        mel: Natural-log mel spectrogram (T, F); on the disk.
        gain: What the vocoded samples were multiplied by.
    """

    plan: Plan
    waveform: FloatArray
    mel: FloatArray
    gain: float


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


def decode(
    model: TextToAudioModel,
    latents: Tensor | LatentSource,
    num_samples: int,
    *,
    tiling: TilingConfig,
    progress: Progress,
    level: Level | float = Level.UNCHANGED,
) -> Decoding:
    """Decode latents (1, C, T, F), unscaled for the VAE, and vocode them.

    Where the sound is brought to a level, the first sound comes once its head is decoded.

    Args:
        model: The model with its VAE and vocoder.
        latents: The latents.
        num_samples: Length at which the sound is cut off.
        tiling: How to decode.
        progress: Receives tiles and sound as they are made; may cancel between them.
        level: The level of the request.

    Raises:
        NonFiniteError: The vocoder's output is NaN or infinite.
        TesseraError: As `TiledVAE.decode` does.
        Cancelled: The run was cancelled through `progress`.
    """
    model.drop_denoiser_pages()
    engine = TiledVAE(model.vae, tiling)
    plan = engine.plan_decode(latents.shape)
    with ExitStack() as stack:
        waveform = stack.enter_context(Spool(model.clock.inner_shape))
        mel = stack.enter_context(Spool((model.mel.n_mels,)))
        stack.enter_context(overflow_notice(model.vocoder, progress))
        stretches, gain = _stretches(model, engine, latents, mel, progress), 1.0
        if is_levelled(model.card, level):
            head = take_head(model, stretches)
            gain = find_gain(model, level, np.concatenate(head), latents, progress)
            stretches = chain(head, stretches)
        vocoded = _vocode(model, stretches, gain)
        for chunk in _cut_off(vocoded, num_samples, model.clock.sample_rate):
            if chunk.size:
                progress.emit(AudioChunk(waveform.num_rows, chunk.copy()))
            waveform.append(chunk)
            progress.check_cancelled()
        return Decoding(plan, waveform.mapped(), mel.mapped(), gain)


def _stretches(
    model: TextToAudioModel,
    engine: TiledVAE,
    latents: Tensor | LatentSource,
    mel: Spool,
    progress: Progress,
) -> Iterator[FloatArray]:
    """Yield complete frames of the log-mel (t, F) in the order of time; also append to `mel`."""
    frontier = MelFrontier(model.mel.n_mels)
    for region, values in engine.decode_tiles(latents, progress):
        stretch = frontier.fill(region, values[0, 0].float().cpu().numpy())
        mel.append(stretch)
        yield stretch


def _vocode(
    model: TextToAudioModel, stretches: Iterator[FloatArray], gain: float
) -> Iterator[FloatArray]:
    """Yield samples as soon as the log-mel stretches allow."""
    stream = LimitedStream(model.vocoder, gain)
    for stretch in stretches:
        frames = torch.from_numpy(stretch)
        for first in range(0, len(frames), FRAMES_PER_PUSH):
            yield stream.push(frames[first : first + FRAMES_PER_PUSH])
    yield stream.finish()


def _cut_off(
    pieces: Iterator[FloatArray], num_samples: int, sampling_rate: int
) -> Iterator[FloatArray]:
    """Yield the first samples of a sound, faded where it is cut off.

    Raises:
        NonFiniteError: A sample is NaN or infinite.
    """
    fades, num_left = EdgeFades(sampling_rate), num_samples
    for piece in pieces:
        samples = piece[:num_left]
        if not np.isfinite(samples).all():
            raise NonFiniteError("vocoder")
        num_left -= len(samples)
        yield fades.push(samples)
    yield fades.finish()


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
