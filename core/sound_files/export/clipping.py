"""Finds the samples beyond full scale, which most formats cut off there."""

import math
from dataclasses import dataclass

import numpy as np

from core.api.arrays import FloatArray

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Clipping:
    """How far samples exceed full scale.

    Attributes:
        num_samples: How many of them do.
        peak: The largest magnitude, full scale = 1.
    """

    num_samples: int = 0
    peak: float = 0.0

    @property
    def peak_db(self) -> float:
        """The peak in dB above full scale; -inf for silence."""
        return 20 * math.log10(self.peak) if self.peak else -math.inf


def find_clipping(samples: FloatArray) -> Clipping:
    """Measure samples (n,) block by block: they may lie on the disk."""
    num_samples, peak = 0, 0.0
    for start in range(0, len(samples), _BLOCK):
        magnitudes = np.abs(samples[start : start + _BLOCK])
        num_samples += int(np.count_nonzero(magnitudes > 1))
        peak = max(peak, float(magnitudes.max()))
    return Clipping(num_samples, peak)
