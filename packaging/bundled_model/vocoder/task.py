"""Training of the magnitude network: what Fourier magnitudes a log-mel came from."""

import math

import torch
from torch import Tensor

from bundled_model.data.waveform_store import WaveformStore
from bundled_model.precision import bfloat16
from bundled_model.training import Task
from bundled_model.vocoder.settings import PARAMS
from core.mel import LOG_FLOOR, mel_filter_bank
from core.vocoders.magnitude_network import MagnitudeNetwork

CROP_FRAMES = 192
QUIETEST = 0.1
"""Clips are turned down by chance, as far as this, so that every loudness is met."""
VALIDATION_CLIPS = 62
DECIBELS = 20 / math.log(10)


class MagnitudeTask(Task):
    """Absolute error of log-magnitudes over random pieces of clips.

    Args:
        network: What to train.
        training: Waveforms to learn from.
        held_out: Waveforms to measure on.
        clips: Pieces in one part of a batch.
    """

    network: MagnitudeNetwork

    def __init__(
        self,
        network: MagnitudeNetwork,
        training: WaveformStore,
        held_out: WaveformStore,
        clips: int = 4,
    ) -> None:
        self.network, self.clips = network, clips
        self.training, self.held_out = training, held_out
        self._bank = torch.from_numpy(mel_filter_bank(PARAMS)).float().T.contiguous()
        self._window = torch.hann_window(PARAMS.n_fft)

    def loss(self, step: int, generator: torch.Generator) -> Tensor:
        """Return the error of random pieces at random levels."""
        samples = (CROP_FRAMES - 1) * PARAMS.hop_length + PARAMS.n_fft
        available, length = self.training.samples.shape
        numbers = torch.randint(available, (self.clips,), generator=generator)
        starts = torch.randint(length - samples + 1, (self.clips,), generator=generator)
        levels = QUIETEST ** torch.rand(self.clips, 1, generator=generator)
        return self._error(self.network, levels * self.training.crops(numbers, starts, samples))

    @torch.no_grad()
    def validate(self, network: MagnitudeNetwork) -> dict[str, float]:
        """Return the mean absolute error on held-out clips, in dB."""
        error = self._error(network, self.held_out.first(VALIDATION_CLIPS))
        return {"error_db": DECIBELS * error.item()}

    def _error(self, network: MagnitudeNetwork, waveforms: Tensor) -> Tensor:
        """Return the mean absolute error of the log-magnitudes of waveforms (B, n)."""
        spectrum = torch.stft(
            waveforms,
            PARAMS.n_fft,
            PARAMS.hop_length,
            window=self._window,
            center=False,
            return_complex=True,
        )
        magnitudes = spectrum.abs().transpose(1, 2)  # (B, T, K)
        log_mel = (magnitudes @ self._bank).clamp(min=math.exp(LOG_FLOOR)).log()
        with bfloat16():
            guessed = network(log_mel)
        wanted = magnitudes.clamp(min=math.exp(LOG_FLOOR)).log()
        return (guessed.float() - wanted).abs().mean()
