"""Reads a sound file of any length, rate and channel count as one channel, piece by piece."""

from collections.abc import Iterator
from pathlib import Path

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError
from core.sound_files.audio_file import read_blocks, read_sample_rate
from core.sound_files.resampling import resampled


def mono_pieces(path: Path | str, sample_rate: int) -> Iterator[FloatArray]:
    """Yield pieces (n,) of a sound, channels averaged, at the rate `sample_rate`.

    Raises:
        AudioFileError: It cannot be read, is damaged, empty or too long.
    """
    own_rate = read_sample_rate(path)
    mono = _averaged(path)
    yield from mono if own_rate == sample_rate else resampled(mono, own_rate, sample_rate)


def _averaged(path: Path | str) -> Iterator[FloatArray]:
    is_empty = True
    for block in read_blocks(path):
        is_empty = False
        yield block.mean(axis=0)
    if is_empty:
        raise AudioFileError(str(path), "this file holds no sound; please choose another.")
