"""From latents to sound: log-mel and samples, laid and told stretch by stretch as they come.

Decoding, vocoding and telling take turns, so that the first sound is heard after the first tiles
of a clip of any length, and what is finished goes to the disk.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from core.api.arrays import FloatArray
from core.api.config import TilingConfig
from core.api.errors import NonFiniteError
from core.api.events import AudioChunk
from core.api.progress import Progress
from core.api.region import Region, Span
from core.diffusion.latent_clip import LatentClip
from core.models.text_to_audio_model import TextToAudioModel
from core.runtime.spool import Spool
from core.tiled_vae import LatentSource, Plan, TiledVAE

FRAMES_PER_PUSH = 64  # of the vocoder: what is heard or cancelled at a time


@dataclass(frozen=True, slots=True, eq=False)
class Decoding:
    """What became of latents.

    Attributes:
        plan: The tiles it was laid in.
        waveform: Samples (n,), full scale = 1; on the disk.
        mel: Natural-log mel spectrogram (T, F); on the disk.
    """

    plan: Plan
    waveform: FloatArray
    mel: FloatArray


class Unscaled:
    """Latents as the VAE knows them, of a clip as the denoiser left it.

    Args:
        clip: What the denoiser left.
        scaling_factor: What the VAE's latents are multiplied by for the denoiser.
    """

    def __init__(self, clip: LatentClip, scaling_factor: float) -> None:
        self.shape = clip.shape
        self._clip = clip
        self._scaling_factor = scaling_factor

    def read(self, span: Span) -> Tensor:
        """The latents (1, C, span.length, F) of a stretch."""
        return self._clip.read(span) / self._scaling_factor


def decode(
    model: TextToAudioModel,
    latents: Tensor | LatentSource,
    num_samples: int,
    *,
    tiling: TilingConfig,
    progress: Progress,
) -> Decoding:
    """Decode latents (1, C, T, F), unscaled as the VAE knows them, and vocode them.

    Args:
        model: Gives the VAE and the vocoder.
        latents: What to decode.
        num_samples: Where the sound is cut off.
        tiling: How to decode.
        progress: Hears of tiles and sound as they come; may cancel between them.

    Raises:
        NonFiniteError: The vocoder gave NaN or infinity.
        TesseraError: As `TiledVAE.decode` does.
        Cancelled: The run was cancelled through `progress`.
    """
    engine = TiledVAE(model.vae, tiling)
    plan = engine.plan_decode(latents.shape)
    with ExitStack() as stack:
        waveform = stack.enter_context(Spool())
        mel = stack.enter_context(Spool((model.mel.n_mels,)))
        for samples in _vocode(model, _stretches(model, engine, latents, mel, progress)):
            chunk = samples[: num_samples - waveform.num_rows]
            if not np.isfinite(chunk).all():
                raise NonFiniteError("vocoder")
            if chunk.size:
                progress.emit(AudioChunk(waveform.num_rows, chunk.copy()))
            waveform.append(chunk)
            progress.check_cancelled()
        return Decoding(plan, waveform.mapped(), mel.mapped())


def _stretches(
    model: TextToAudioModel,
    engine: TiledVAE,
    latents: Tensor | LatentSource,
    mel: Spool,
    progress: Progress,
) -> Iterator[FloatArray]:
    """Complete frames of the log-mel (t, F), in the order of time; they are kept in `mel`."""
    frontier = MelFrontier(model.mel.n_mels)
    for region, values in engine.decode_tiles(latents, progress):
        stretch = frontier.fill(region, values[0, 0].float().cpu().numpy())
        mel.append(stretch)
        yield stretch


def _vocode(model: TextToAudioModel, stretches: Iterator[FloatArray]) -> Iterator[FloatArray]:
    """Samples one after another, as soon as the log-mel stretches allow."""
    stream = model.vocoder.stream()
    for stretch in stretches:
        frames = torch.from_numpy(stretch)
        for first in range(0, len(frames), FRAMES_PER_PUSH):
            yield stream.push(frames[first : first + FRAMES_PER_PUSH])
    yield stream.finish()


class MelFrontier:
    """Collects tiles in any order and releases each frame once, when its whole height is there.

    Holds only the frames between the first that waits and the last that came.

    Args:
        n_mels: Height in mel bins.
    """

    def __init__(self, n_mels: int) -> None:
        self._start = 0  # the frame that the waiting ones begin at
        self._waiting: FloatArray = np.zeros((0, n_mels), np.float32)
        self._bins_filled = np.zeros(0, np.int64)

    def fill(self, region: Region, values: FloatArray) -> FloatArray:
        """Put a tile (T, F) in its place.

        Returns:
            The frames (n, n_mels) that follow those released before and are now complete; n may
            be 0. All calls together release every frame exactly once, in order.
        """
        self._make_room(region.time.stop - self._start)
        time = region.time.shift(-self._start)
        self._waiting[time.slice, region.bins.slice] = values
        self._bins_filled[time.slice] += region.bins.length
        incomplete = self._bins_filled < self._waiting.shape[1]
        return self._release(int(incomplete.argmax()) if incomplete.any() else len(incomplete))

    def _make_room(self, num_frames: int) -> None:
        missing = max(0, num_frames - len(self._waiting))
        self._waiting = np.pad(self._waiting, ((0, missing), (0, 0)))
        self._bins_filled = np.pad(self._bins_filled, (0, missing))

    def _release(self, num_frames: int) -> FloatArray:
        released, self._waiting = self._waiting[:num_frames], self._waiting[num_frames:]
        self._bins_filled = self._bins_filled[num_frames:]
        self._start += num_frames
        return released
