"""Whether borders inside a take can be heard: spectral flux, and fine structure at overlaps."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from core.api.arrays import FloatArray
from core.api.region import Span

REACH_FRAMES = 3  # a Fourier window of 1,024 samples shows a click in so many frames around it
QUIET_PERCENTILE = 95


def share_text(ranks: NDArray[np.float64]) -> str:
    """The share of places whose flux stays below the 95th percentile of that elsewhere, in words.

    Chance alone gives 0.95, and one place in twenty is heard even where there is no seam: so a
    share of a few dozen places says little, which the interval shows.

    Args:
        ranks: Of all places of one kind, in all takes together; see `flux_ranks`.
    """
    if not len(ranks):
        return "there are none"
    quiet = int(np.sum(ranks < QUIET_PERCENTILE / 100))
    low, high = wilson_interval(quiet, len(ranks))
    return f"{quiet / len(ranks):.3f} of {len(ranks)} ({low:.3f} to {high:.3f})"


def wilson_interval(count: int, total: int) -> tuple[float, float]:
    """Where a share lies with 95% confidence (Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    z, share = 1.96, count / total
    centre = (share + z * z / (2 * total)) / (1 + z * z / total)
    reach = (
        z / (1 + z * z / total) * math.sqrt(share * (1 - share) / total + (z / (2 * total)) ** 2)
    )
    return centre - reach, centre + reach


def halfway(borders: Sequence[int]) -> list[int]:
    """Places as far as can be from the borders around them: what there is without a seam.

    Borders whose fluxes overlap have no such place between them.

    Args:
        borders: In the order of time.
    """
    apart = (pair for pair in pairwise(borders) if pair[1] - pair[0] > 4 * REACH_FRAMES)
    return [(left + right) // 2 for left, right in apart]


def flux_ranks(
    log_mel: FloatArray, borders: Sequence[int], places: Sequence[int] | None = None
) -> NDArray[np.float64]:
    """The share of frames away from all borders with less flux, 0 to 1, of each place in the clip.

    Args:
        log_mel: Log-mel (T, F) of the samples.
        borders: Frames at which something new begins.
        places: What to rank; the borders themselves when None.
    """
    flux = np.abs(np.diff(log_mel, axis=0, prepend=log_mel[:1])).mean(axis=1)
    around = _largest_around(flux, REACH_FRAMES)
    inner = [border for border in borders if 0 < border < len(flux)]
    is_near = np.zeros(len(flux), bool)
    for border in inner:
        is_near[max(0, border - REACH_FRAMES) : border + REACH_FRAMES + 1] = True
    elsewhere = np.sort(around[~is_near])
    wanted = inner if places is None else [place for place in places if 0 < place < len(flux)]
    return np.searchsorted(elsewhere, around[wanted]) / len(elsewhere)


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
