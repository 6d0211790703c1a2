"""The noise that a generation starts from: a function of the seed and the shape alone."""

import torch
from torch import Tensor

from core.diffusion.latent_clip import STRETCH_FRAMES, ClipInMemory, ClipOnDisk, LatentClip
from core.models.text_to_audio_model import TextToAudioModel

_BLOCK = 16  # values that torch draws together
_ROWS_AT_ONCE = 1 << 13  # a multiple of the block


def draw_noise(model: TextToAudioModel, num_latent_frames: int, seed: int) -> Tensor:
    """Standard normal noise (1, C, T, F) for latents of `num_latent_frames` frames.

    Drawn in float32 on the CPU, so that a seed means the same on every device and in every
    precision, and in one call, so that it equals what diffusers' pipelines draw with a CPU
    generator of the same seed.

    Args:
        model: Gives the channels and the height of its latents.
        num_latent_frames: Length T.
        seed: 0 to 2**64 - 1.
    """
    generator = torch.Generator("cpu").manual_seed(seed)
    shape = (1, model.latent_channels, num_latent_frames, model.latent_bins)
    return torch.randn(shape, generator=generator, dtype=torch.float32)


def draw_noise_clip(model: TextToAudioModel, num_latent_frames: int, seed: int) -> LatentClip:
    """The same noise on the model's device; a long clip's on the disk, drawn piece by piece."""
    if num_latent_frames <= STRETCH_FRAMES:
        return ClipInMemory(draw_noise(model, num_latent_frames, seed).to(model.device))
    generator = torch.Generator("cpu").manual_seed(seed)
    clip = ClipOnDisk(
        (1, model.latent_channels, num_latent_frames, model.latent_bins), model.device
    )
    for num_rows in _pieces(model.latent_channels * num_latent_frames):
        clip.append(torch.randn((num_rows, model.latent_bins), generator=generator))
    return clip


def _pieces(num_rows: int) -> list[int]:
    """Lengths of pieces that are drawn as the whole: all are whole blocks but the last.

    torch draws what exceeds the last block together with it, so the last piece holds one at least.
    """
    count = max(1, (num_rows - _BLOCK) // _ROWS_AT_ONCE)
    return [_ROWS_AT_ONCE] * (count - 1) + [num_rows - (count - 1) * _ROWS_AT_ONCE]
