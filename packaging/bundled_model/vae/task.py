"""Training of the codec: reconstruct crops, keep the latents near a unit normal."""

from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from bundled_model.data.clip_store import ClipStore
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vae.network import MEL_SCALE

DIFFERENCE_WEIGHT = 0.25
KL_WEIGHT = 5e-4


@dataclass(frozen=True)
class Crops:
    """The size of a batch at one time of the training.

    Attributes:
        until_step: Valid before this step.
        frames: Length of a crop in mel frames.
        clips: Crops in the batch.
    """

    until_step: int
    frames: int
    clips: int


class VAETask(Task):
    """Absolute error of log-mels and of their slopes along time and mel, and a little KL.

    Args:
        vae: The network to train.
        training: Clips to train on.
        held_out: Clips to measure on, whole.
        crops: Sizes of the batches, by step: short crops first, the model's window at last.
    """

    def __init__(
        self, vae: AutoencoderKL, training: ClipStore, held_out: ClipStore, crops: tuple[Crops, ...]
    ) -> None:
        self.network = vae
        self.training, self.held_out, self.crops = training, held_out, crops

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the loss of a batch of random crops."""
        crops = next(c for c in self.crops if step < c.until_step or c is self.crops[-1])
        numbers = torch.randint(len(self.training), (crops.clips,), generator=generator)
        latest = self.training.log_mels.shape[1] - crops.frames
        starts = torch.randint(latest + 1, (crops.clips,), generator=generator)
        log_mel = self.training.crops(numbers, starts, crops.frames)
        with bfloat16():
            posterior = self.network.encode(log_mel).latent_dist
            noise = torch.randn(posterior.mean.shape, generator=generator)
            decoded = self.network.decode(posterior.mean + posterior.std * noise).sample
        return reconstruction_loss(decoded.float(), log_mel) + KL_WEIGHT * _kl(posterior)

    def validate(self, network: AutoencoderKL) -> dict[str, float]:
        """Return the mean absolute log-mel error over held-out clips, and the latents' KL."""
        log_mel = self.held_out.batch(torch.arange(min(62, len(self.held_out))))
        with bfloat16():
            posterior = network.encode(log_mel).latent_dist
            decoded = network.decode(posterior.mean).sample.float()
        return {"mel_l1": (decoded - log_mel).abs().mean().item(), "kl": _kl(posterior).item()}


def reconstruction_loss(decoded: Tensor, log_mel: Tensor) -> Tensor:
    """Return the absolute error of values and slopes, in units of the mel's deviation."""
    error = (decoded - log_mel) / MEL_SCALE
    slopes = error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
    return error.abs().mean() + DIFFERENCE_WEIGHT * slopes


def _kl(posterior: object) -> Tensor:
    """Return the divergence from the unit normal, averaged over dimensions."""
    mean, log_variance = posterior.mean.float(), posterior.logvar.float()
    return 0.5 * (mean.square() + log_variance.exp() - 1 - log_variance).mean()
