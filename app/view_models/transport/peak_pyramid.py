"""The highest and the lowest sample of every part of a clip, at several resolutions.

An hour of sound has 58 million samples, the overview a thousand pixels. Each level keeps the
extremes of four neighbours of the level below, so that any part is drawn from few numbers and no
click is lost.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.api.arrays import FloatArray
from core.api.region import Span

BIN_SAMPLES = 256
_REDUCTION = 4
_SMALLEST_LEVEL_BINS = 1024

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Peaks:
    """Extremes of adjacent bins, (n,) each; low > high where there is no sound yet."""

    low: FloatArray
    high: FloatArray


class PeakPyramid:
    """Extremes of a clip of known length, written in place as its samples come.

    One thread may write while another reads without a lock: the reader sees a bin before or after
    the write, and the next repaint corrects it.

    Attributes:
        num_samples: Length of the clip.
        version: Grows with every write.
    """

    def __init__(self, num_samples: int) -> None:
        self.num_samples = num_samples
        self.version = 0
        self._levels = [_empty(-(-num_samples // BIN_SAMPLES))]
        while len(self._levels[-1].low) > _SMALLEST_LEVEL_BINS:
            self._levels.append(_empty(-(-len(self._levels[-1].low) // _REDUCTION)))

    def write(self, start_sample: int, samples: FloatArray) -> None:
        """Write samples (n,) or (n, channels); a bin covered in part keeps its other samples."""
        samples = samples[: max(0, self.num_samples - start_sample)]
        if not len(samples):
            return
        finest, stop = self._levels[0], start_sample + len(samples)
        span = Span(start_sample // BIN_SAMPLES, -(-stop // BIN_SAMPLES))
        edges = np.arange(span.start, span.stop) * BIN_SAMPLES - start_sample
        edges[0] = 0
        rows = samples.reshape(len(samples), -1)
        low = np.minimum.reduceat(rows.min(axis=1), edges)
        high = np.maximum.reduceat(rows.max(axis=1), edges)
        for end, is_whole in (
            (0, start_sample % BIN_SAMPLES == 0),
            (-1, stop % BIN_SAMPLES == 0 or stop == self.num_samples),
        ):
            if not is_whole:
                low[end] = min(low[end], finest.low[span.slice][end])
                high[end] = max(high[end], finest.high[span.slice][end])
        finest.low[span.slice], finest.high[span.slice] = low, high
        self._update_coarser(span)
        self.version += 1

    def columns(self, count: int) -> Peaks:
        """Return the whole clip in `count` columns of about equal length."""
        level = self._levels[0]
        for coarser in self._levels[1:]:
            if len(coarser.low) >= 2 * count:
                level = coarser
        bins = len(level.low)
        if bins == 0 or count < 1:
            return _empty(max(count, 0))
        edges = np.arange(count) * bins // count
        return Peaks(np.minimum.reduceat(level.low, edges), np.maximum.reduceat(level.high, edges))

    def between(self, starts: Places, stops: Places) -> Peaks:
        """Return columns, each from one place of the clip to another that is not before it.

        Columns that are narrower than a bin show all of it.
        """
        narrowest = float(np.min(stops - starts, initial=np.inf))
        level, bin_samples = self._levels[0], BIN_SAMPLES
        for coarser in self._levels[1:]:
            if bin_samples * _REDUCTION <= narrowest:
                level, bin_samples = coarser, bin_samples * _REDUCTION
        last = len(level.low) - 1
        if last < 0 or not len(starts):
            return _empty(len(starts))
        first = np.clip((starts // bin_samples).astype(int), 0, last)
        end = np.clip(np.ceil(stops / bin_samples).astype(int), first + 1, last + 1)
        bins = slice(first.min(), end.max())
        edges = np.stack([first, end], axis=1).ravel() - bins.start
        low, high = (np.append(one[bins], one[bins][-1:]) for one in (level.low, level.high))
        return Peaks(np.minimum.reduceat(low, edges)[::2], np.maximum.reduceat(high, edges)[::2])

    def peak(self, span: Span) -> float:
        """The largest magnitude of the finest bins that touch a span of samples; 0 without any."""
        finest, bins = (
            self._levels[0],
            slice(span.start // BIN_SAMPLES, -(-span.stop // BIN_SAMPLES)),
        )
        highest = np.max(finest.high[bins], initial=0)
        return float(max(highest, -np.min(finest.low[bins], initial=0)))

    def longer(self, num_samples: int) -> "PeakPyramid":
        """Return a copy with room for more samples."""
        grown = PeakPyramid(num_samples)
        known, finest = self._levels[0], grown._levels[0]
        count = len(known.low)
        finest.low[:count], finest.high[:count] = known.low, known.high
        if count:
            grown._update_coarser(Span(0, count))
        grown.version = self.version + 1
        return grown

    def _update_coarser(self, span: Span) -> None:
        """Update the coarser levels above the bins `span` of the finest."""
        for finer, coarser in zip(self._levels, self._levels[1:], strict=False):
            span = Span(span.start // _REDUCTION, -(-span.stop // _REDUCTION))
            group = span.scale(_REDUCTION).slice
            starts = np.arange(0, len(finer.low[group]), _REDUCTION)
            coarser.low[span.slice] = np.minimum.reduceat(finer.low[group], starts)
            coarser.high[span.slice] = np.maximum.reduceat(finer.high[group], starts)


def _empty(count: int) -> Peaks:
    return Peaks(np.full(count, np.inf, np.float32), np.full(count, -np.inf, np.float32))
