"""Reads a sound file of any length, rate and channel count as one channel, piece by piece."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError
from core.sound_files.audio_file import MAX_READ_BYTES, read_blocks, read_header
from core.sound_files.resampling import resampled

_CANCELLED = 0.02  # -17 dB; the average of channels that have nothing in common is at 1


class Downmix:
    """Measures what averaging leaves of a sound's channels: of inverted ones, nothing.

    With c channels of mean power p and an average of power m, c * m / p is c for equal channels,
    1 for uncorrelated ones, and 0 for those that cancel each other out.
    """

    def __init__(self) -> None:
        self._power = self._kept = 0.0

    def add(self, block: FloatArray, average: FloatArray) -> None:
        """Measure samples (channels, n) and their average (n,)."""
        self._power += float(np.square(block, dtype=np.float64).sum()) / len(block)
        self._kept += float(np.square(average, dtype=np.float64).sum()) * len(block)

    @property
    def is_cancelled(self) -> bool:
        """Whether the channels cancel each other out, as far as they were measured."""
        return self._kept < _CANCELLED * self._power


def mono_pieces(
    path: Path | str,
    sample_rate: int,
    downmix: Downmix | None = None,
    take_block: Callable[[FloatArray], None] | None = None,
    *,
    max_bytes: int = MAX_READ_BYTES,
) -> Iterator[FloatArray]:
    """Yield pieces (n,) of a sound, channels averaged, at the rate `sample_rate`.

    Args:
        path: The file.
        sample_rate: Samples a second of the pieces.
        downmix: Measures what is left of the channels; None = nobody asks.
        take_block: Gets the sound itself, in blocks (channels, n), as they are read.
        max_bytes: Most samples of it, in bytes.

    Raises:
        AudioFileError: It cannot be read, is damaged, empty or too long.
    """
    own_rate = read_header(path, max_bytes).sample_rate
    mono = _averaged(path, downmix, take_block, max_bytes)
    yield from mono if own_rate == sample_rate else resampled(mono, own_rate, sample_rate)


def _averaged(
    path: Path | str,
    downmix: Downmix | None,
    take_block: Callable[[FloatArray], None] | None,
    max_bytes: int,
) -> Iterator[FloatArray]:
    is_empty = True
    for block in read_blocks(path, max_bytes):
        is_empty = False
        if take_block is not None:
            take_block(block)
        average = block.mean(axis=0)
        if downmix is not None:
            downmix.add(block, average)
        yield average
    if is_empty:
        raise AudioFileError(str(path), "this file holds no sound; please choose another.")
