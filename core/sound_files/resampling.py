"""Resamples sound piece by piece."""

from collections.abc import Iterator

import numpy as np
import soxr

from core.api.arrays import FloatArray


def resampled(
    pieces: Iterator[FloatArray], from_rate: float, to_rate: float
) -> Iterator[FloatArray]:
    """Yield pieces (n,) at another rate; together they equal the whole, resampled at once."""
    stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32", quality="HQ")
    for piece in pieces:
        yield stream.resample_chunk(np.ascontiguousarray(piece))
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
