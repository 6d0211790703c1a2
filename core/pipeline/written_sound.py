"""Writes the samples of a take as they are made: checked, cut off, faded and announced."""

from collections.abc import Iterator

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import NonFiniteError
from core.api.events import AudioChunk
from core.api.progress import Progress
from core.pipeline.edge_fades import EdgeFades
from core.runtime.spool import Spool


def write_sound(
    waveform: Spool,
    pieces: Iterator[FloatArray],
    num_samples: int,
    sample_rate: int,
    progress: Progress,
) -> None:
    """Append the first samples of a sound, in pieces (n,) or (n, channels), to `waveform`.

    Args:
        waveform: Where they go.
        pieces: The sound, at least as long.
        num_samples: Length at which it is cut off.
        sample_rate: Samples a second.
        progress: Receives them; may cancel between two pieces.

    Raises:
        NonFiniteError: A sample is NaN or infinite.
        DiskError: The disk is full.
        Cancelled: The run was cancelled through `progress`.
    """
    for chunk in _cut_off(pieces, num_samples, sample_rate):
        if chunk.size:
            progress.emit(AudioChunk(waveform.num_rows, chunk.copy()))
        waveform.append(chunk)
        progress.check_cancelled()


def _cut_off(
    pieces: Iterator[FloatArray], num_samples: int, sample_rate: int
) -> Iterator[FloatArray]:
    """Yield the first samples of a sound, faded where it is cut off."""
    fades, num_left = EdgeFades(sample_rate), num_samples
    for piece in pieces:
        samples = piece[:num_left]
        if not np.isfinite(samples).all():
            raise NonFiniteError("vocoder")
        num_left -= len(samples)
        yield fades.push(samples)
    yield fades.finish()
