"""Rows of a picture on screen from the bins of a spectrum, over any axis of frequencies."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from app.view_models.viewer.level_pyramid import Codes
from core.frequency_scale import FrequencyScale


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of equal height over a part of an axis.

    Attributes:
        scale: The axis.
        low, high: The places where the lowest row begins and the highest one ends.
        count: How many there are.
    """

    scale: FrequencyScale
    low: float
    high: float
    count: int

    def of(self, codes: Codes, bin_hz: float) -> Codes:
        """Return the rows (count, columns) of codes (bins, columns); bin i is at i * bin_hz.

        A row shows the loudest of the bins in it, so that no narrow line is lost. A row with none
        lies between two bins, and so does its level.
        """
        first, stop, is_between, weight = _bins_of(self, bin_hz, len(codes))
        edges = np.stack([first, stop], axis=1).reshape(-1)
        padded = np.concatenate([codes, codes[-1:]])  # an edge may be the end
        rows: Codes = np.maximum.reduceat(padded, edges, axis=0)[::2]
        if is_between.any():
            lower = np.maximum(first[is_between] - 1, 0)
            upper = np.minimum(lower + 1, len(codes) - 1)
            share = weight[is_between, None]
            mixed = (1 - share) * codes[lower] + share * codes[upper]
            rows[is_between] = np.rint(mixed).astype(np.uint8)
        return rows


@lru_cache(maxsize=4)
def _bins_of(
    rows: Rows, bin_hz: float, num_bins: int
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_], NDArray[np.float32]]:
    """Each row's first bin and the one after its last; whether it has none, and where it is then.

    The last is the share of the next higher bin in a row between two bins.
    """
    places = np.linspace(rows.low, rows.high, 2 * rows.count + 1)
    bins = np.array([rows.scale.hz_at(place) for place in places]) / bin_hz
    edges, centres = bins[::2], np.minimum(bins[1::2], num_bins - 1)
    first = np.minimum(np.ceil(edges[:-1]).astype(np.intp), num_bins - 1)
    stop = np.minimum(np.ceil(edges[1:]).astype(np.intp), num_bins)
    is_between = stop <= first
    lower = np.maximum(first - 1, 0)
    weight = np.clip(centres - lower, 0, 1).astype(np.float32)
    return first, np.maximum(stop, first + 1), is_between, weight
