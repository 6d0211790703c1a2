"""Training of the magnitude network: what Fourier magnitudes a log-mel came from.

The phases come from the gradients of the log-magnitudes, so these are learnt too: where they are
blurred, a low tone comes out with noise between its harmonics.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor

from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vocoder.sounds import TrainingSounds
from core.mel import LOG_FLOOR, MelParams, mel_filter_bank
from core.vocoders.magnitude_network import MagnitudeNetwork

CROP_FRAMES = 128
DECIBELS = 20 / math.log(10)


class MagnitudeTask(Task):
    """Absolute error of log-magnitudes over random pieces of sounds, and of their gradients.

    Args:
        network: What to train.
        params: Geometry of its mel.
        sounds: Gives the pieces.
        held_out: Waveforms (n,) to measure on.
        clips: Pieces in one part of a batch.
    """

    network: MagnitudeNetwork

    def __init__(
        self,
        network: MagnitudeNetwork,
        params: MelParams,
        sounds: TrainingSounds,
        held_out: Sequence[Tensor],
        clips: int = 6,
    ) -> None:
        self.network, self.params, self.clips = network, params, clips
        self.sounds, self.held_out = sounds, held_out
        self._bank = torch.from_numpy(mel_filter_bank(params)).float().T.contiguous()
        self._window = torch.hann_window(params.n_fft)

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the error of random pieces."""
        samples = (CROP_FRAMES - 1) * self.params.hop_length + self.params.n_fft
        pieces = self.sounds.pieces(self.clips, samples, generator)
        return torch.stack(self._errors(self.network, pieces)).sum()

    @torch.no_grad()
    def validate(self, network: MagnitudeNetwork) -> dict[str, float]:
        """Return the mean absolute errors on held-out clips, in dB."""
        errors = [torch.stack(self._errors(network, waveform[None])) for waveform in self.held_out]
        level, along_frequency, along_time = (DECIBELS * torch.stack(errors).mean(dim=0)).tolist()
        return {
            "error_db": level,
            "along_frequency_db": along_frequency,
            "along_time_db": along_time,
        }

    def _errors(self, network: MagnitudeNetwork, waveforms: Tensor) -> tuple[Tensor, ...]:
        """Return the mean absolute errors of the log-magnitudes of waveforms (B, n).

        The second and third are of their gradients along frequency and time, where louder ones
        count for more.
        """
        spectrum = torch.stft(
            waveforms,
            self.params.n_fft,
            self.params.hop_length,
            window=self._window,
            center=False,
            return_complex=True,
        )
        magnitudes = spectrum.abs().transpose(1, 2)  # (B, T, K)
        log_mel = (magnitudes @ self._bank).clamp(min=math.exp(LOG_FLOOR)).log()
        with bfloat16():
            guessed = network(log_mel)
        error = guessed.float() - magnitudes.clamp(min=math.exp(LOG_FLOOR)).log()
        weights = magnitudes.sqrt()
        return (
            error.abs().mean(),
            _weighted_mean(error.diff(dim=2).abs(), weights[:, :, 1:]),
            _weighted_mean(error.diff(dim=1).abs(), weights[:, 1:]),
        )


def _weighted_mean(values: Tensor, weights: Tensor) -> Tensor:
    return (weights * values).sum() / weights.sum().clamp(min=1e-3)
