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

    def with_samples(self, samples: FloatArray) -> "Clipping":
        """The same with more samples, of any shape."""
        magnitudes = np.abs(samples)
        num_samples = self.num_samples + int(np.count_nonzero(magnitudes > 1))
        return Clipping(num_samples, max(self.peak, float(np.max(magnitudes, initial=0))))


def largest_magnitude(samples: FloatArray) -> float:
    """The peak of samples of any shape, full scale = 1; 0 for none."""
    return float(np.max(np.abs(samples), initial=0.0))


def find_clipping(samples: FloatArray) -> Clipping:
    """Measure samples (n,) block by block: they may lie on the disk."""
    found = Clipping()
    for start in range(0, len(samples), _BLOCK):
        found = found.with_samples(samples[start : start + _BLOCK])
    return found
