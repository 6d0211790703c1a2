"""Resamples sound piece by piece."""

from collections.abc import Iterator

import numpy as np
import soxr

from core.api.arrays import FloatArray


def resampled(
    pieces: Iterator[FloatArray], from_rate: float, to_rate: float
) -> Iterator[FloatArray]:
    """Yield pieces (n,) at another rate; together they equal the whole, resampled at once."""
    channels = (piece[None] for piece in pieces)
    for piece in resampled_channels(channels, from_rate, to_rate, 1):
        yield piece[0]


def resampled_channels(
    pieces: Iterator[FloatArray], from_rate: float, to_rate: float, channels: int
) -> Iterator[FloatArray]:
    """Yield pieces (channels, n) at another rate; the same law holds."""
    stream = soxr.ResampleStream(from_rate, to_rate, channels, dtype="float32", quality="HQ")
    for piece in pieces:
        yield stream.resample_chunk(np.ascontiguousarray(piece.T)).T
    yield stream.resample_chunk(np.zeros((0, channels), np.float32), last=True).T
