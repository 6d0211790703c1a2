"""Sound that comes piece by piece at another sample rate."""

from collections.abc import Iterator

import numpy as np
import soxr

from core.api.arrays import FloatArray


def resampled(
    pieces: Iterator[FloatArray], from_rate: float, to_rate: float
) -> Iterator[FloatArray]:
    """Pieces (n,) at another rate; the same samples as if all had come at once."""
    stream = soxr.ResampleStream(from_rate, to_rate, 1, dtype="float32", quality="HQ")
    for piece in pieces:
        yield stream.resample_chunk(np.ascontiguousarray(piece))
    yield stream.resample_chunk(np.zeros(0, np.float32), last=True)
