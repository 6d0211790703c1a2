"""Log-mel frames back to Fourier magnitudes: what the mel filters could have seen.

64 mel values do not determine 513 magnitudes. Among the non-negative spectra that the filters
map onto the given mel this finds a smooth one, with the multiplicative updates of Lee and Seung
(*Algorithms for Non-negative Matrix Factorization*, 2001) for the Kullback-Leibler divergence.
They keep the shape they start from, a spectrum interpolated between the mel bins, wherever the
mel does not speak against it.
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
    """A way from log-mel frames to magnitudes.

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
        params: What the mel was made with.
        n_iter: Updates; with 15 the mel of the result is within 0.01 of the given one (natural
            log), and more make the spectrum rougher without bringing it nearer to real sounds.
    """

    context_frames = 0

    def __init__(self, params: MelParams, n_iter: int = 15) -> None:
        self.n_iter = n_iter
        # Only two filters see a Fourier bin: sparse, (F, K) and (K, F).
        self._filters = csr_array(mel_filter_bank(params), dtype=np.float32)
        self._transposed = csr_array(self._filters.T)
        self._areas = np.maximum(self._filters.sum(axis=1), _TINY)[:, None]
        self._coverage = np.maximum(self._filters.sum(axis=0), _TINY)[:, None]

    def __call__(self, mel: Tensor) -> Tensor:
        """Natural-log mel (T, F) to Fourier magnitudes (T, n_fft // 2 + 1), float32."""
        target = _magnitudes(mel)
        return self._approach(target, self._spread(target / self._areas))

    def correct(self, magnitudes: Tensor, mel: Tensor) -> Tensor:
        """Magnitudes (T, n_fft // 2 + 1) brought to a mel (T, F), keeping their fine structure."""
        return self._approach(_magnitudes(mel), magnitudes.float().numpy().T.copy())

    def _approach(self, target: FloatArray, magnitudes: FloatArray) -> Tensor:
        """Update magnitudes (K, T), in place, towards a mel (F, T); they come back as (T, K)."""
        for _ in range(self.n_iter):
            ratio = target / np.maximum(self._filters @ magnitudes, _TINY)
            magnitudes *= self._spread(ratio)
        return torch.from_numpy(np.ascontiguousarray(magnitudes.T))

    def _spread(self, values: FloatArray) -> FloatArray:
        """Values at the mel bins (F, T) averaged onto the Fourier bins (K, T)."""
        spread: FloatArray = self._transposed @ values / self._coverage
        return spread


def _magnitudes(mel: Tensor) -> FloatArray:
    """Mel magnitudes (F, T) of natural-log mel (T, F), zero where it is silent."""
    values = mel.float()
    heard: FloatArray = torch.where(values > _SILENCE, values.exp(), 0.0).numpy().T
    return heard
