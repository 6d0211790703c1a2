"""The decoder trained on alone, when the encoder's latents are fixed: it costs half as much."""

import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn

from bundled_model.data.clip_store import ClipStore
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vae.latents import LatentStore
from bundled_model.vae.task import reconstruction_loss


class Decoder(nn.Module):
    """The part of the codec after the latents; shares the codec's modules."""

    def __init__(self, vae: AutoencoderKL) -> None:
        super().__init__()
        self.post_quant_conv, self.decoder = vae.post_quant_conv, vae.decoder

    def forward(self, latents: Tensor) -> Tensor:
        """Return log-mels (B, 1, T, F) for unscaled latents."""
        return self.decoder(self.post_quant_conv(latents))


class DecoderTask(Task):
    """Reconstruct whole windows from latents drawn around the encoder's.

    Args:
        decoder: What to train.
        training: Clips and, in the same order, their latents.
        held_out: The same to measure on.
        clips: Windows in one part of a batch.
    """

    network: Decoder

    def __init__(
        self,
        decoder: Decoder,
        training: tuple[ClipStore, LatentStore],
        held_out: tuple[ClipStore, LatentStore],
        clips: int = 1,
    ) -> None:
        self.network, self.clips = decoder, clips
        self.training, self.held_out = training, held_out

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the error of random windows."""
        clips, latents = self.training
        numbers = torch.randint(len(latents), (self.clips,), generator=generator)
        drawn = latents.sample(numbers, generator) / latents.scaling_factor
        with bfloat16():
            decoded = self.network(drawn)
        return reconstruction_loss(decoded.float(), clips.batch(numbers))

    @torch.no_grad()
    def validate(self, network: Decoder) -> dict[str, float]:
        """Return the mean absolute log-mel error over held-out clips."""
        clips, latents = self.held_out
        numbers = torch.arange(min(62, len(latents)))
        with bfloat16():
            decoded = network(latents.means[numbers].float() / latents.scaling_factor).float()
        return {"mel_l1": (decoded - clips.batch(numbers)).abs().mean().item()}
