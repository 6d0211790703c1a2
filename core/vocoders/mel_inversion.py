"""Log-mel frames back to Fourier magnitudes: what the mel filters could have seen.

64 mel values do not determine 513 magnitudes. Among the non-negative spectra that the filters
map onto the given mel this finds a smooth one, with the multiplicative updates of Lee and Seung
(*Algorithms for Non-negative Matrix Factorization*, 2001) for the Kullback-Leibler divergence.
They keep the shape they start from, a spectrum interpolated between the mel bins, wherever the
mel does not speak against it.
"""

import math
from typing import Protocol

import torch
from torch import Tensor

from core.mel import LOG_FLOOR, MelParams, mel_filter_bank

_TINY = 1e-12


class MagnitudeModel(Protocol):
    """A way from log-mel frames to magnitudes.

    Attributes:
        context_frames: Frames on either side that a frame's magnitudes depend on.
    """

    context_frames: int

    def __call__(self, mel: Tensor) -> Tensor:
        """Natural-log mel (T, F) to Fourier magnitudes (T, n_fft // 2 + 1), float32."""


class MelInversion:
    """Smooth non-negative inversion of the mel filter bank; every frame on its own.

    The floor of the log-mel stands for silence, not for a faint sound, so it is taken off.

    Args:
        params: What the mel was made with.
        n_iter: Updates; with 15 the mel of the result is within 0.01 of the given one (natural
            log), and more make the spectrum rougher without bringing it nearer to real sounds.
    """

    context_frames = 0

    def __init__(self, params: MelParams, n_iter: int = 15) -> None:
        self.n_iter = n_iter
        self._filters = torch.from_numpy(mel_filter_bank(params)).float()  # (F, K)
        self._areas = self._filters.sum(dim=1).clamp(min=_TINY)
        self._coverage = self._filters.sum(dim=0).clamp(min=_TINY)

    def __call__(self, mel: Tensor) -> Tensor:
        """Natural-log mel (T, F) to Fourier magnitudes (T, n_fft // 2 + 1), float32."""
        target = (mel.float().exp() - math.exp(LOG_FLOOR)).clamp(min=0)
        magnitudes = self._spread(target / self._areas)
        for _ in range(self.n_iter):
            ratio = target / (magnitudes @ self._filters.T).clamp(min=_TINY)
            magnitudes = magnitudes * self._spread(ratio)
        return magnitudes

    def _spread(self, values: Tensor) -> Tensor:
        """Values at the mel bins (T, F) averaged onto the Fourier bins (T, K)."""
        return values @ self._filters / self._coverage
