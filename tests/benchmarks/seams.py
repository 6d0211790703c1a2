"""Whether borders inside a take can be heard: spectral flux, and fine structure at overlaps."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.region import Span

FloatArray = NDArray[np.float32]

REACH_FRAMES = 3  # a Fourier window of 1,024 samples shows a click in so many frames around it
QUIET_PERCENTILE = 95


def quiet_share(log_mel: FloatArray, borders: Sequence[int]) -> float:
    """The share of borders whose flux stays below the 95th percentile of that elsewhere.

    Chance alone gives 0.95.

    Args:
        log_mel: Log-mel (T, F) of the samples.
        borders: Frames at which something new begins.
    """
    ranks = flux_ranks(log_mel, borders)
    return float(np.mean(ranks < QUIET_PERCENTILE / 100)) if len(ranks) else 1.0


def flux_ranks(log_mel: FloatArray, borders: Sequence[int]) -> NDArray[np.float64]:
    """The share of frames elsewhere with less flux, 0 to 1, of each border inside the clip.

    Args:
        log_mel: Log-mel (T, F) of the samples.
        borders: Frames at which something new begins.
    """
    flux = np.abs(np.diff(log_mel, axis=0, prepend=log_mel[:1])).mean(axis=1)
    around = _largest_around(flux, REACH_FRAMES)
    inner = [border for border in borders if 0 < border < len(flux)]
    is_near = np.zeros(len(flux), bool)
    for border in inner:
        is_near[max(0, border - REACH_FRAMES) : border + REACH_FRAMES + 1] = True
    elsewhere = np.sort(around[~is_near])
    return np.searchsorted(elsewhere, around[inner]) / len(elsewhere)


def fine_energy(log_mel: FloatArray, spans: Sequence[Span]) -> float:
    """Mean square of what changes from cell to cell along time, in the frames of some spans."""
    detail = np.square(np.diff(log_mel, n=2, axis=0, prepend=log_mel[:1], append=log_mel[-1:]))
    return float(np.mean(np.concatenate([detail[span.slice] for span in spans])))


def overlaps(windows: Sequence[Span]) -> list[Span]:
    """Where neighbouring windows overlap."""
    return [span for left, right in pairwise(windows) if (span := left.intersect(right)).length]


def between(spans: Sequence[Span], length: int) -> list[Span]:
    """What the spans, in the order of time, leave of an axis."""
    edges = [0, *(edge for span in spans for edge in (span.start, span.stop)), length]
    return [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if a < b]


def _largest_around(values: FloatArray, reach: int) -> FloatArray:
    padded = np.pad(values, reach, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    largest: FloatArray = windows.max(axis=1)
    return largest
