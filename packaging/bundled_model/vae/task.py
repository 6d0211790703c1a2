"""Training of the decoder: reconstruct crops of log-mels from latents that never change."""

from dataclasses import dataclass

import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn

from bundled_model.data.augmentation import Waveform
from bundled_model.data.clip import MEL, MEL_SCALE
from bundled_model.data.waveform_mixing import mixed_by_level
from bundled_model.data.waveform_store import WaveformStore, log_mels_of
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vae.encoder import LATENT_DEVIATION
from bundled_model.vae.principal import PrincipalComponents

DIFFERENCE_WEIGHT = 0.25
VALIDATED_CLIPS = 64
MIXED_SHARE = 0.3
"""Part of the crops to which another is mixed."""
MIXED_WITHIN_DB = 12.0
"""It is so much softer at most, or louder."""


@dataclass(frozen=True)
class Crops:
    """The size of a batch at one time of the training.

    Attributes:
        until_step: Valid before this step.
        frames: Length of a crop in mel frames, a multiple of `PATCH`.
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
        principal: What the encoder computes, in a fraction of its time.
        training: Clips.
        held_out: Clips to measure on, whole.
        crops: Sizes of the batches, by step: short crops first, the model's window at last.
    """

    network: Decoder

    def __init__(
        self,
        decoder: Decoder,
        principal: PrincipalComponents,
        training: WaveformStore,
        held_out: WaveformStore,
        crops: tuple[Crops, ...],
    ) -> None:
        self.network, self.principal, self.crops = decoder, principal, crops
        self.training, self.held_out = training, held_out

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the error of random crops, from latents drawn around the encoder's."""
        crops = next(c for c in self.crops if step < c.until_step or c is self.crops[-1])
        log_mel = self._log_mels(crops, generator)
        latents = self.principal.latents_of(log_mel)
        noise = torch.randn(latents.shape, generator=generator)
        with bfloat16():
            decoded = self.network(latents + LATENT_DEVIATION * noise)
        return _reconstruction_loss(decoded.float(), log_mel)

    @torch.no_grad()
    def validate(self, network: Decoder) -> dict[str, float]:
        """Return the mean absolute log-mel error over held-out clips."""
        log_mel = self.held_out.log_mels(torch.arange(min(VALIDATED_CLIPS, len(self.held_out))))
        with bfloat16():
            pieces = [network(self.principal.latents_of(part)) for part in log_mel.split(8)]
        return {"mel_l1": (torch.cat(pieces).float() - log_mel).abs().mean().item()}

    def _log_mels(self, crops: Crops, generator: torch.Generator) -> Tensor:
        """Return the log-mels (B, 1, T, F) of random pieces, some of them mixed."""
        samples = crops.frames * MEL.hop_length
        latest = self.training.samples.shape[1] - samples

        def drawn() -> list[Waveform]:
            numbers = torch.randint(len(self.training), (crops.clips,), generator=generator)
            starts = torch.randint(latest + 1, (crops.clips,), generator=generator)
            return [*self.training.crops(numbers, starts, samples).numpy()]

        chance, level = (torch.rand(crops.clips, generator=generator).tolist() for _ in range(2))
        waveforms = drawn()
        for row, other in enumerate(drawn()):
            if chance[row] < MIXED_SHARE:
                levels_db = (0.0, MIXED_WITHIN_DB * (2 * level[row] - 1))
                waveforms[row] = mixed_by_level((waveforms[row], other), levels_db)
        return log_mels_of(waveforms)


def _reconstruction_loss(decoded: Tensor, log_mel: Tensor) -> Tensor:
    """Return the absolute error of values and slopes, in units of the mel's deviation."""
    error = (decoded - log_mel) / MEL_SCALE
    slopes = error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()
    return error.abs().mean() + DIFFERENCE_WEIGHT * slopes
