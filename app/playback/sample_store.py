"""Where the samples of a clip are kept: in memory, or on the disk where it is or may get long."""

from typing import Protocol

import numpy as np

from core.api.arrays import FloatArray
from core.api.region import Span
from core.runtime.spool import Spool


class SampleStore(Protocol):
    """Samples by their places, (n,) or (n, channels); one caller at a time."""

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples at a place."""

    def read(self, span: Span) -> FloatArray:
        """A copy of a stretch that was written."""


class MemorySamples:
    """A clip whose length is known."""

    def __init__(self, num_samples: int, channels: int = 1) -> None:
        self._samples = np.zeros(_shape(num_samples, channels), np.float32)

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples at a place within the clip."""
        self._samples[start_sample : start_sample + len(samples)] = samples

    def read(self, span: Span) -> FloatArray:
        """A copy of a stretch."""
        return self._samples[span.slice].copy()


class DiskSamples:
    """A clip of any length, in a file without a name that the system takes back.

    Raises:
        DiskError: Nothing can be written there.
    """

    def __init__(self, channels: int = 1) -> None:
        self._spool = Spool(_shape(0, channels)[1:])

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples at a place.

        Raises:
            DiskError: The disk is full.
        """
        self._spool.write(start_sample, samples)

    def read(self, span: Span) -> FloatArray:
        """A copy of a stretch that was written."""
        return self._spool.read(span.start, span.length)


def _shape(num_samples: int, channels: int) -> tuple[int, ...]:
    return (num_samples,) if channels == 1 else (num_samples, channels)
