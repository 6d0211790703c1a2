"""The noise that a generation starts from: a function of the seed and the shape alone."""

import torch
from torch import Tensor

from core.models.interface import TextToAudioModel


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
