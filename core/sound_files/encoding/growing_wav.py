"""A WAV of 32-bit floats that grows while it is recorded, of any length, and outlives a crash.

Its header has a fixed size and is completed at the end, also by a later process: what was appended
until then is readable. Beyond 4 GiB the header becomes that of RF64, for which a chunk is reserved.
Layouts: Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0* (1991),
and EBU Tech 3306, *RF64: An extended file format for audio* (2009).
"""

import errno
import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import DiskError
from core.runtime.atomic_file import sync_file
from core.runtime.write_failure import write_failure

_RIFF = struct.Struct("<4sI4s")
_DS64 = struct.Struct("<4sIQQQI")  # riff size, data size, frames, no table
_FORMAT = struct.Struct("<4sIHHIIHHH")
_FACT = struct.Struct("<4sII")
_DATA = struct.Struct("<4sI")
HEADER_BYTES = sum(part.size for part in (_RIFF, _DS64, _FORMAT, _FACT, _DATA))
_CHUNK_HEAD_BYTES = 8
_FORMAT_START = _RIFF.size + _DS64.size
_FORMAT_BYTES = _FORMAT.size - _CHUNK_HEAD_BYTES
_FLOAT, _SAMPLE_BYTES = 3, 4
_LARGEST = 2**32 - 1
_FULL = "the disk is full; please free some space, or choose a folder on another disk."
_NEW_FILE = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


class GrowingWav:
    """A new file that samples are appended to.

    Each call of `append` hands its samples to the system: a process that is killed loses nothing
    that was appended, a computer without power the last half minute.

    Args:
        path: The file; there is none of that name.
        sample_rate: Samples a second.
        channels: Number of channels.

    Attributes:
        num_frames: Frames so far.

    Raises:
        DiskError: It cannot be made.
    """

    def __init__(self, path: Path, sample_rate: int, channels: int) -> None:
        self.path = path
        self.num_frames = 0
        self._frame_bytes = channels * _SAMPLE_BYTES
        with self._disk_errors():
            self._descriptor = os.open(path, _NEW_FILE, 0o644)
            self._write(_header(sample_rate, channels, 0))

    def append(self, samples: FloatArray) -> None:
        """Add samples (n, channels), full scale = 1.

        Raises:
            DiskError: The disk is full. What was written of them, in whole frames, stays.
        """
        start = self.num_frames
        rest = np.ascontiguousarray(samples, np.float32).reshape(-1).view(np.uint8)
        num_bytes = rest.size
        try:
            with self._disk_errors():
                while rest.size:
                    rest = rest[os.write(self._descriptor, rest.data) :]
        finally:
            self.num_frames = start + (num_bytes - rest.size) // self._frame_bytes

    def finish(self) -> None:
        """Complete the header and close the file; it is on the disk then."""
        with suppress(OSError):  # `append` has raised it already
            os.close(self._descriptor)
        complete_wav(self.path)

    def _write(self, content: bytes) -> None:
        if os.write(self._descriptor, content) != len(content):
            raise OSError("the header was written in part")

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            sentence = _FULL if error.errno == errno.ENOSPC else write_failure(self.path, error)
            raise DiskError(str(self.path.parent), sentence) from error


def complete_wav(path: Path) -> tuple[int, int]:
    """Complete the header of a file that a `GrowingWav` has made.

    Half a frame at its end, which a full disk leaves, is cut off.

    Returns:
        Its frames, and its sample rate.

    Raises:
        ValueError: It is no such file.
        DiskError: It cannot be read or changed.
    """
    try:
        with path.open("r+b") as file:
            sample_rate, channels = _read_form(file.read(HEADER_BYTES))
            frame_bytes = channels * _SAMPLE_BYTES
            num_frames = (file.seek(0, os.SEEK_END) - HEADER_BYTES) // frame_bytes
            file.truncate(HEADER_BYTES + num_frames * frame_bytes)
            file.seek(0)
            file.write(_header(sample_rate, channels, num_frames))
        sync_file(path)
    except OSError as error:
        raise DiskError(str(path.parent), write_failure(path, error)) from error
    return num_frames, sample_rate


def _header(sample_rate: int, channels: int, num_frames: int) -> bytes:
    frame_bytes = channels * _SAMPLE_BYTES
    data_bytes = num_frames * frame_bytes
    whole = HEADER_BYTES - _CHUNK_HEAD_BYTES + data_bytes
    is_long = whole > _LARGEST
    return b"".join(
        (
            _RIFF.pack(b"RF64" if is_long else b"RIFF", min(whole, _LARGEST), b"WAVE"),
            _DS64.pack(
                b"ds64" if is_long else b"JUNK",
                _DS64.size - _CHUNK_HEAD_BYTES,
                *((whole, data_bytes, num_frames) if is_long else (0, 0, 0)),
                0,
            ),
            _FORMAT.pack(
                b"fmt ",
                _FORMAT_BYTES,
                _FLOAT,
                channels,
                sample_rate,
                sample_rate * frame_bytes,
                frame_bytes,
                8 * _SAMPLE_BYTES,
                0,
            ),
            _FACT.pack(
                b"fact", _FACT.size - _CHUNK_HEAD_BYTES, _LARGEST if is_long else num_frames
            ),
            _DATA.pack(b"data", _LARGEST if is_long else data_bytes),
        )
    )


def _read_form(header: bytes) -> tuple[int, int]:
    """Sample rate and channels of a header of ours.

    Raises:
        ValueError: It is none.
    """
    if len(header) == HEADER_BYTES:
        name, size, encoding, channels, sample_rate, *_ = _FORMAT.unpack_from(header, _FORMAT_START)
        if (name, size, encoding) == (b"fmt ", _FORMAT_BYTES, _FLOAT) and channels:
            return sample_rate, channels
    raise ValueError("this is no recording of Tessera's")
