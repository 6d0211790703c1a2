"""RIFF chunks of a WAV file: appended to it, and found in it.

The metadata has a chunk of its own, which other programs skip: libsndfile's comments in a WAV end
at 2,046 bytes, and longer ones cannot be read back (libsndfile#889). Layout: Microsoft and IBM,
*Multimedia Programming Interface and Data Specifications 1.0* (1991), section 2: id, 32-bit size,
data, and a byte more after odd sizes.
"""

import os
import struct
from pathlib import Path

_HEADER = struct.Struct("<4sI")
_MAX_CHUNKS = 1000  # a foreign file may hold anything


def packed_chunk(name: bytes, data: bytes) -> bytes:
    """A chunk as it stands in a file, by its name of four letters and its content."""
    return _HEADER.pack(name, len(data)) + data + b"\0" * (len(data) % 2)


def append_chunk(path: Path, name: bytes, data: bytes) -> None:
    """Add a chunk at the end of a complete RIFF file, and update the size in its header.

    Args:
        path: The file.
        name: Four letters.
        data: The content.

    Raises:
        OSError: It cannot be written.
    """
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        file.write(b"\0" * (end % 2) + packed_chunk(name, data))
        whole = file.tell()
        file.seek(0)
        file.write(_HEADER.pack(b"RIFF", whole - _HEADER.size))


def read_chunk(path: Path, name: bytes, max_bytes: int) -> bytes | None:
    """The content of the first chunk of that name; None where there is none or it is longer.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        if file.read(12)[:4] != b"RIFF":
            return None
        for _ in range(_MAX_CHUNKS):
            header = file.read(_HEADER.size)
            if len(header) < _HEADER.size:
                return None
            chunk_name, size = _HEADER.unpack(header)
            if chunk_name == name:
                return file.read(size) if size <= max_bytes else None
            file.seek(size + size % 2, os.SEEK_CUR)
    return None
