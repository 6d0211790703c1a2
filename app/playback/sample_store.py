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
    """Samples by their places; one caller at a time."""

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples (n,) at a place."""

    def read(self, span: Span) -> FloatArray:
        """A copy of a stretch that was written."""


class MemorySamples:
    """A clip whose length is known."""

    def __init__(self, num_samples: int) -> None:
        self._samples = np.zeros(num_samples, np.float32)

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples (n,) at a place within the clip."""
        self._samples[start_sample : start_sample + len(samples)] = samples

    def read(self, span: Span) -> FloatArray:
        """A copy of a stretch."""
        return self._samples[span.slice].copy()


class DiskSamples:
    """A clip of any length, in a file without a name that the system takes back.

    Raises:
        DiskError: Nothing can be written there.
    """

    def __init__(self) -> None:
        try:
            self._file = tempfile.TemporaryFile(dir=spool_folder(), buffering=0)  # noqa: SIM115
        except OSError as error:
            raise _disk_error(error) from error
        weakref.finalize(self, self._file.close)

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples (n,) at a place.

        Raises:
            DiskError: The disk is full.
        """
        try:
            self._file.seek(start_sample * _SAMPLE_BYTES)
            left = np.ascontiguousarray(samples, np.float32).view(np.uint8)
            while left.size:  # a disk that is nearly full takes a part first, and then fails
                left = left[self._file.write(left.data) :]
        except OSError as error:
            raise _disk_error(error) from error

    def read(self, span: Span) -> FloatArray:
        """A copy of a stretch that was written."""
        self._file.seek(span.start * _SAMPLE_BYTES)
        return np.frombuffer(self._file.read(span.length * _SAMPLE_BYTES), np.float32)


def _disk_error(error: OSError) -> DiskError:
    folder = spool_folder()
    return DiskError(str(folder), write_failure(folder / "samples", error))
