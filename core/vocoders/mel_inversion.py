"""Inverts the mel filter bank: log-mel frames to smooth Fourier magnitudes.

64 mel values do not determine 513 magnitudes. Among the non-negative spectra with the given mel
this finds a smooth one, with the multiplicative updates of Lee and Seung (*Algorithms for
Non-negative Matrix Factorization*, 2001) for the Kullback-Leibler divergence. They start from a
spectrum interpolated between the mel bins, and keep its shape wherever the mel allows it.
"""

from typing import Protocol

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor

from core.api.arrays import FloatArray
from core.mel import LOG_FLOOR, MelParams, mel_filter_bank

_TINY = np.float32(1e-12)
_SILENCE = LOG_FLOOR + 0.1  # about 1 dB above the floor


class MagnitudeModel(Protocol):
    """Turns log-mel frames into Fourier magnitudes.

    Attributes:
        context_frames: Frames on either side that a frame's magnitudes depend on.
    """

    context_frames: int

    def __call__(self, mel: Tensor) -> Tensor:
        """Natural-log mel (T, F) to Fourier magnitudes (T, n_fft // 2 + 1), float32."""


class MelInversion:
    """Smooth non-negative inversion of the mel filter bank; every frame on its own.

    The floor of the log-mel stands for silence, not for a faint sound: it becomes zero.

    Args:
        params: Geometry of the mel.
        n_iter: Updates; with 15 the mel of the result is within 0.01 of the given one (natural
            log), and more make the spectrum rougher without bringing it nearer to real sounds.
    """

    context_frames = 0

    def __init__(self, params: MelParams, n_iter: int = 15) -> None:
        self.n_iter = n_iter
        # Sparse, since only two filters cover a Fourier bin: (F, K) and (K, F).
        self._filters = csr_array(mel_filter_bank(params), dtype=np.float32)
        self._transposed = csr_array(self._filters.T)
        self._areas = np.maximum(self._filters.sum(axis=1), _TINY)[:, None]
        self._coverage = np.maximum(self._filters.sum(axis=0), _TINY)[:, None]

    def __call__(self, mel: Tensor) -> Tensor:
        """Natural-log mel (T, F) to Fourier magnitudes (T, n_fft // 2 + 1), float32."""
        target = _magnitudes(mel)
        return self._fit(target, self._to_fourier_bins(target / self._areas))

    def correct(self, magnitudes: Tensor, mel: Tensor) -> Tensor:
        """Magnitudes (T, n_fft // 2 + 1) fitted to a mel (T, F), with their own fine structure."""
        return self._fit(_magnitudes(mel), magnitudes.float().numpy().T.copy())

    def _fit(self, target: FloatArray, magnitudes: FloatArray) -> Tensor:
        """Fit magnitudes (K, T), in place, to a mel (F, T); returned as (T, K)."""
        for _ in range(self.n_iter):
            ratio = target / np.maximum(self._filters @ magnitudes, _TINY)
            magnitudes *= self._to_fourier_bins(ratio)
        return torch.from_numpy(np.ascontiguousarray(magnitudes.T))

    def _to_fourier_bins(self, values: FloatArray) -> FloatArray:
        """Values at the mel bins (F, T) averaged onto the Fourier bins (K, T)."""
        averaged: FloatArray = self._transposed @ values / self._coverage
        return averaged


def _magnitudes(mel: Tensor) -> FloatArray:
    """Mel magnitudes (F, T) of natural-log mel (T, F), zero in silence."""
    values = mel.float()
    magnitudes: FloatArray = torch.where(values > _SILENCE, values.exp(), 0.0).numpy().T
    return magnitudes
