"""Finds the chunks of a RIFF file, which may come from anywhere.

Layout: Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0* (1991),
section 2: id, 32-bit size, data, and a byte more after odd sizes. RF64 (EBU Tech 3306) keeps the
sizes that 32 bits cannot hold in its first chunk, ds64.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_HEADER = struct.Struct("<4sI")
_FILE_HEADER_BYTES = 12
_SIZES = struct.Struct("<QQ")  # of the file and of the samples, at the beginning of ds64
_IN_DS64 = 2**32 - 1
_MAX_CHUNKS = 1000  # a foreign file may hold anything


def read_chunk(path: Path, name: bytes, max_bytes: int) -> bytes | None:
    """The content of the first chunk of that name; None where there is none or it is longer.

    Raises:
        OSError: The file cannot be read.
    """
    with path.open("rb") as file:
        for found, size in chunks_of(file):
            if found == name:
                return file.read(size) if size <= max_bytes else None
    return None


def chunks_of(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield name and size of each chunk, with the file at its content; nothing for other files.

    Raises:
        OSError: The file cannot be read.
    """
    kind = file.read(_FILE_HEADER_BYTES)[:4]
    if kind not in (b"RIFF", b"RF64", b"BW64"):
        return
    data_size = 0
    for _ in range(_MAX_CHUNKS):
        header = file.read(_HEADER.size)
        if len(header) < _HEADER.size:
            return
        name, size = _HEADER.unpack(header)
        place = file.tell()
        if name == b"ds64" and size >= _SIZES.size:
            data_size = _SIZES.unpack(file.read(_SIZES.size))[1]
            file.seek(place)
        elif name == b"data" and size == _IN_DS64:
            size = data_size
        yield name, size
        file.seek(place + size + size % 2, os.SEEK_SET)
