"""The noise of a generation: a function of seed and shape, and of words where asked for."""

import hashlib

import torch
from torch import Tensor

from core.api.region import Span
from core.diffusion.latent_clip import STRETCH_FRAMES, ClipInMemory, ClipOnDisk, LatentClip
from core.models.text_to_audio_model import TextToAudioModel

_BLOCK = 16  # values that torch draws together
_ROWS_AT_ONCE = 1 << 13  # a multiple of the block


def noise_seed(model: TextToAudioModel, seed: int, *prompts: str) -> int:
    """The seed to draw the noise of a request with: its own, unless the model's card asks for more.

    Args:
        model: The model.
        seed: The seed of the request, 0 to 2**64 - 1.
        prompts: All its prompts. Case and spaces do not matter.
    """
    if not model.card.noise_follows_prompt:
        return seed
    words = "\n".join(" ".join(prompt.casefold().split()) for prompt in prompts)
    return int.from_bytes(hashlib.sha256(f"{seed}\n{words}".encode()).digest()[:8], "little")


def draw_noise(model: TextToAudioModel, num_latent_frames: int, seed: int) -> Tensor:
    """Standard normal noise (1, C, T, F) for latents of `num_latent_frames` frames.

    Drawn in float32 on the CPU, so that a seed gives the same noise on every device and in every
    precision, and in one call, so that it equals the noise of diffusers' pipelines with a CPU
    generator of the same seed.

    Args:
        model: The model of the latents.
        num_latent_frames: Length T.
        seed: 0 to 2**64 - 1.
    """
    generator = torch.Generator("cpu").manual_seed(seed)
    shape = (1, model.latent_channels, num_latent_frames, model.latent_bins)
    return torch.randn(shape, generator=generator, dtype=torch.float32)


def draw_noise_clip(model: TextToAudioModel, num_latent_frames: int, seed: int) -> LatentClip:
    """The same noise on the model's device; a long clip's on the disk, drawn piece by piece."""
    generator = torch.Generator("cpu").manual_seed(seed)
    shape = (1, model.latent_channels, num_latent_frames, model.latent_bins)
    return _draw_clip(shape, model.device, generator)


class StepNoise:
    """The noise of a sampler that draws some in every step: a function of seed, step and frame.

    One generator draws the initial noise and then that of each step, so it equals the noise of
    diffusers' pipelines. A resumed run draws the noise of its earlier steps again, and a stretch
    reads its part of the clip's noise, so neither changes a value.

    Args:
        shape: Shape of the clip, (1, C, T, F).
        device: Where noise is read to.
        seed: The seed of the initial noise, 0 to 2**64 - 1.
    """

    def __init__(self, shape: tuple[int, ...], device: torch.device, seed: int) -> None:
        self._shape, self._device = shape, device
        self._generator = torch.Generator("cpu").manual_seed(seed)
        self._noise = self._draw()
        self._num_drawn = 0

    def read(self, step: int, span: Span) -> Tensor:
        """Standard normal noise (1, C, span.length, F) of a step, float32.

        Args:
            step: Steps that the run made before; never less than in an earlier call.
            span: The stretch.

        Raises:
            DiskError: The disk has no space for the noise of a long clip.
        """
        while self._num_drawn <= step:
            self._noise = self._draw()
            self._num_drawn += 1
        return self._noise.read(span)

    def _draw(self) -> LatentClip:
        return _draw_clip(self._shape, self._device, self._generator)


def _draw_clip(
    shape: tuple[int, ...], device: torch.device, generator: torch.Generator
) -> LatentClip:
    """The next noise of a generator; a long clip's is on the disk, and has the same values."""
    _, channels, num_frames, bins = shape
    if num_frames <= STRETCH_FRAMES:
        return ClipInMemory(torch.randn(shape, generator=generator).to(device))
    clip = ClipOnDisk(shape, device)
    for num_rows in _pieces(channels * num_frames):
        clip.append(torch.randn((num_rows, bins), generator=generator))
    return clip


def _pieces(num_rows: int) -> list[int]:
    """Lengths of pieces that together equal the whole: all but the last are whole blocks.

    torch draws the rest after the last whole block together with that block, so the last piece
    holds at least one block.
    """
    count = max(1, (num_rows - _BLOCK) // _ROWS_AT_ONCE)
    return [_ROWS_AT_ONCE] * (count - 1) + [num_rows - (count - 1) * _ROWS_AT_ONCE]
