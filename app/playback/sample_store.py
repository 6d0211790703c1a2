"""Where the samples of a clip are kept: in memory, or on the disk where it is or may get long."""

import tempfile
import weakref
from typing import Protocol

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import DiskError
from core.api.region import Span
from core.runtime.spool import spool_folder
from core.runtime.write_failure import write_failure

_SAMPLE_BYTES = 4


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
        self._channels = channels
        try:
            self._file = tempfile.TemporaryFile(dir=spool_folder(), buffering=0)  # noqa: SIM115
        except OSError as error:
            raise _disk_error(error) from error
        weakref.finalize(self, self._file.close)

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples at a place.

        Raises:
            DiskError: The disk is full.
        """
        try:
            self._file.seek(start_sample * self._channels * _SAMPLE_BYTES)
            left = np.ascontiguousarray(samples, np.float32).reshape(-1).view(np.uint8)
            while left.size:  # a disk that is nearly full takes a part first, and then fails
                left = left[self._file.write(left.data) :]
        except OSError as error:
            raise _disk_error(error) from error

    def read(self, span: Span) -> FloatArray:
        """A copy of a stretch that was written."""
        row_bytes = self._channels * _SAMPLE_BYTES
        self._file.seek(span.start * row_bytes)
        read = np.frombuffer(self._file.read(span.length * row_bytes), np.float32)
        return read.reshape(_shape(len(read) // self._channels, self._channels))


def _shape(num_samples: int, channels: int) -> tuple[int, ...]:
    return (num_samples,) if channels == 1 else (num_samples, channels)


def _disk_error(error: OSError) -> DiskError:
    folder = spool_folder()
    return DiskError(str(folder), write_failure(folder / "samples", error))
