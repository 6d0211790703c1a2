"""The clip being played, which may still be growing: written by the engine, read by the player."""

import threading

import numpy as np
from numpy.typing import NDArray

from app.models.peak_pyramid import PeakPyramid
from core.region import Span

FloatArray = NDArray[np.float32]


class SampleBuffer:
    """Samples of one clip, full scale = 1; safe from any thread.

    Attributes:
        peaks: Its extremes, for whoever draws it.

    Args:
        sample_rate: Samples a second.
        num_samples: Length of the clip once it is complete.
    """

    def __init__(self, sample_rate: int, num_samples: int) -> None:
        self.sample_rate = sample_rate
        self._samples = np.zeros(num_samples, np.float32)
        self.peaks = PeakPyramid(num_samples)
        self._filled = Span(0, 0)
        self._ahead: list[Span] = []  # stretches that came before what precedes them
        self._is_complete = num_samples == 0
        self._lock = threading.Lock()

    @property
    def num_samples(self) -> int:
        """Length of the clip once it is complete."""
        return len(self._samples)

    @property
    def available(self) -> int:
        """Samples that can be heard, from the beginning without a gap."""
        return self._filled.stop

    @property
    def is_complete(self) -> bool:
        """Whether the clip will not grow any more."""
        return self._is_complete

    def append(self, start_sample: int, samples: FloatArray) -> None:
        """Put samples (n,) at their place; what lies beyond the clip's end is dropped."""
        with self._lock:
            clip = Span(0, len(self._samples))
            span = Span(start_sample, start_sample + len(samples)).intersect(clip)
            self._samples[span.slice] = samples[: span.length]
            self.peaks.write(span.start, samples[: span.length])
            self._ahead.append(span)
            self._join()

    def finish(self) -> None:
        """Nothing more will come, even if the clip is shorter than announced."""
        self._is_complete = True

    def read(self, span: Span) -> FloatArray:
        """A copy of the part of a stretch that is available, from its start on."""
        with self._lock:
            return self._samples[span.intersect(self._filled).slice].copy()

    def _join(self) -> None:
        """Count in what now touches the part without gaps."""
        self._ahead.sort()
        while self._ahead and self._ahead[0].start <= self.available:
            stop = max(self.available, self._ahead.pop(0).stop)
            self._filled = Span(0, stop)
        if self.available == len(self._samples):
            self._is_complete = True
