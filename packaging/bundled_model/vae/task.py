"""Training of the decoder: reconstruct crops of log-mels from latents that never change."""

from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn

from bundled_model.data.clip_store import MEL_SCALE, ClipStore
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vae.latents import LatentStore
from bundled_model.vae.network import DOWN_FACTOR

DIFFERENCE_WEIGHT = 0.25


@dataclass(frozen=True)
class Crops:
    """The size of a batch at one time of the training.

    Attributes:
        until_step: Valid before this step.
        frames: Length of a crop in mel frames, a multiple of `DOWN_FACTOR`.
        clips: Crops in one part of the batch.
    """

    until_step: int
    frames: int
    clips: int


class Decoder(nn.Module):
    """The part of the codec after the latents; shares the codec's modules."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.post_quant_conv, self.decoder = vae.post_quant_conv, vae.decoder

    def forward(self, latents: Tensor) -> Tensor:
        """Return log-mels (B, 1, T, F) for unscaled latents."""
        return self.decoder(self.post_quant_conv(latents))


class DecoderTask(Task):
    """Absolute error of log-mels and of their slopes along time and mel.

    Args:
        decoder: What to train.
        training: Clips and, in the same order, their latents.
        held_out: The same to measure on, whole.
        crops: Sizes of the batches, by step: short crops first, the model's window at last.
    """

    network: Decoder

    def __init__(
        self,
        decoder: Decoder,
        training: tuple[ClipStore, LatentStore],
        held_out: tuple[ClipStore, LatentStore],
        crops: tuple[Crops, ...],
    ) -> None:
        self.network, self.crops = decoder, crops
        self.training, self.held_out = training, held_out

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the error of random crops, from latents drawn around the encoder's."""
        clips, latents = self.training
        crops = next(c for c in self.crops if step < c.until_step or c is self.crops[-1])
        length = crops.frames // DOWN_FACTOR
        numbers = torch.randint(len(latents), (crops.clips,), generator=generator)
        latest = latents.means.shape[2] - length
        starts = torch.randint(latest + 1, (crops.clips,), generator=generator)
        drawn = latents.sample(numbers, generator) / latents.scaling_factor
        pieces = [
            latent[:, start : start + length]
            for latent, start in zip(drawn, starts.tolist(), strict=True)
        ]
        with bfloat16():
            decoded = self.network(torch.stack(pieces))
        wanted = clips.crops(numbers, starts * DOWN_FACTOR, crops.frames)
        return _reconstruction_loss(decoded.float(), wanted)

    @torch.no_grad()
    def validate(self, network: Decoder) -> dict[str, float]:
        """Return the mean absolute log-mel error over held-out clips."""
        clips, latents = self.held_out
        numbers = torch.arange(min(62, len(latents)))
        with bfloat16():
            decoded = network(latents.means[numbers].float() / latents.scaling_factor).float()
        return {"mel_l1": (decoded - clips.batch(numbers)).abs().mean().item()}


def _reconstruction_loss(decoded: Tensor, log_mel: Tensor) -> Tensor:
    """Return the absolute error of values and slopes, in units of the mel's deviation."""
    error = (decoded - log_mel) / MEL_SCALE
    slopes = error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
    return error.abs().mean() + DIFFERENCE_WEIGHT * slopes
