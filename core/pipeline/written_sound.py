"""Writes the samples of a take as they are made: checked, cut off, faded and announced."""

from collections.abc import Iterator

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import NonFiniteError
from core.api.events import AudioChunk
from core.api.progress import Progress
from core.pipeline.edge_fades import EdgeFades
from core.runtime.spool import Spool


def written_sound(
    waveform: Spool,
    pieces: Iterator[FloatArray],
    num_samples: int,
    sample_rate: int,
    progress: Progress,
    *,
    network: str = "decoder",
) -> Iterator[FloatArray]:
    """Append the first samples of a sound to `waveform`, and yield them, piece by piece.

    Args:
        waveform: Where they go.
        pieces: The sound, (n,) or (n, channels) each; at least as long.
        num_samples: Length at which it is cut off.
        sample_rate: Samples a second.
        progress: Receives them; may cancel between two pieces.
        network: What made them, for the error.

    Raises:
        NonFiniteError: A sample is NaN or infinite.
        DiskError: The disk is full.
        Cancelled: The run was cancelled through `progress`.
    """
    for chunk in _cut_off(pieces, num_samples, sample_rate, network):
        if chunk.size:
            progress.emit(AudioChunk(waveform.num_rows, chunk.copy(), sample_rate))
        waveform.append(chunk)
        progress.check_cancelled()
        yield chunk


def _cut_off(
    pieces: Iterator[FloatArray], num_samples: int, sample_rate: int, network: str
) -> Iterator[FloatArray]:
    """Yield the first samples of a sound, faded where it is cut off."""
    fades, num_left = EdgeFades(sample_rate), num_samples
    for piece in pieces:
        samples = piece[:num_left]
        if not np.isfinite(samples).all():
            raise NonFiniteError(network)
        num_left -= len(samples)
        yield fades.push(samples)
    yield fades.finish()
