"""A right header for WAV files whose own one is damaged, or was never completed.

A recorder that is killed, or writes into a pipe, leaves a data size of 0 or a wrong one; and
libsndfile refuses a sound because of a damaged chunk that it does not need. Layout as in
`core.sound_files.encoding.broadcast_wave`.
"""

import struct
from dataclasses import dataclass
from typing import BinaryIO

from core.sound_files.reading.patched_file import PatchedFile, file_size

_CHUNK = struct.Struct("<4sI")
_RIFF_BYTES = 12
_LARGEST = 2**32 - 1
_UNKNOWN_FROM = 0x7FFF_0000  # sizes that programs write which do not know it
_SEARCHED_BYTES = 1 << 20
_MAX_CHUNKS = 1000
_NEEDED = (b"fmt ", b"fact")  # fact: number of samples of a compressed sound
_MAX_NEEDED_BYTES = 1 << 12
_SHORTEST_FMT = _CHUNK.size + 16


@dataclass(frozen=True, slots=True)
class _Data:
    """The chunk that holds the samples: where they begin, and how many bytes it promises."""

    start: int
    size: int


def patched_wav(file: BinaryIO, *, is_refused: bool = False) -> PatchedFile | None:
    """The file with a right header; None where it needs none, or is no WAV.

    Args:
        file: The file.
        is_refused: Whether libsndfile refuses it; then the header holds only what it needs.
    """
    end = file_size(file)
    file.seek(0)
    riff = file.read(_RIFF_BYTES)
    if len(riff) < _RIFF_BYTES or riff[:4] != b"RIFF" or riff[8:] != b"WAVE":
        return None
    needed, data = _find_chunks(file, end)
    if len(needed.get(b"fmt ", b"")) < _SHORTEST_FMT or data is None:
        return None
    size = _true_size(file, data, end, _CHUNK.unpack(riff[:8])[1] + 8)
    if size == data.size and not is_refused:
        return None
    promised = _frames(needed[b"fmt "], data.size) if size < data.size < _UNKNOWN_FROM else 0
    return PatchedFile(
        _header(needed, size), file, data.start, data.start + size, promised_frames=promised
    )


def _find_chunks(file: BinaryIO, end: int) -> tuple[dict[bytes, bytes], _Data | None]:
    """The chunks that a decoder needs, with their heads, and the samples."""
    needed: dict[bytes, bytes] = {}
    place = searched_from = _RIFF_BYTES
    for _ in range(_MAX_CHUNKS):
        file.seek(place)
        head = file.read(_CHUNK.size)
        if len(head) < _CHUNK.size:
            break
        name, size = _CHUNK.unpack(head)
        place += _CHUNK.size
        if name == b"data":
            return needed, _Data(place, size)
        if place + size > end or not _is_name(name):
            break
        if name in _NEEDED and size <= _MAX_NEEDED_BYTES:
            needed[name] = head + file.read(size + size % 2)
            searched_from = place + size + size % 2
        place += size + size % 2
    return needed, _search_data(file, searched_from, end)  # a size before them is damaged


def _search_data(file: BinaryIO, place: int, end: int) -> _Data | None:
    """The data chunk behind those that a decoder needs; None where there is none."""
    file.seek(place)
    searched = file.read(_SEARCHED_BYTES)
    found = searched.find(b"data")
    if found < 0 or found + _CHUNK.size > len(searched):
        return None
    size = _CHUNK.unpack_from(searched, found)[1]
    start = place + found + _CHUNK.size
    return _Data(start, size) if start <= end else None


def _true_size(file: BinaryIO, data: _Data, end: int, riff_end: int) -> int:
    """How many bytes of samples there are.

    What follows a size that is too small are more samples, unless it is a row of chunks, or lies
    beyond what the header claims for the whole file.
    """
    left = end - data.start
    if data.size > left:
        return left
    behind = data.start + data.size + data.size % 2
    is_unfinished = data.size == 0 or min(riff_end, _LARGEST) >= end
    if behind < end and is_unfinished and not _is_row_of_chunks(file, behind, end):
        return left
    return data.size


def _is_row_of_chunks(file: BinaryIO, place: int, end: int) -> bool:
    """Whether there are chunks from `place` to the end, and nothing else."""
    for _ in range(_MAX_CHUNKS):
        if place >= end:
            return True
        file.seek(place)
        head = file.read(_CHUNK.size)
        if len(head) < _CHUNK.size:
            return not head.strip(b"\0")
        name, size = _CHUNK.unpack(head)
        if not _is_name(name) or place + _CHUNK.size + size > end:
            return False
        place += _CHUNK.size + size + size % 2
    return False


def _is_name(name: bytes) -> bool:
    return all(0x20 <= byte < 0x7F for byte in name)


def _header(needed: dict[bytes, bytes], size: int) -> bytes:
    size = min(size, _LARGEST)
    chunks = b"".join(needed.values()) + _CHUNK.pack(b"data", size)
    return _CHUNK.pack(b"RIFF", min(4 + len(chunks) + size, _LARGEST)) + b"WAVE" + chunks


def _frames(fmt: bytes, size: int) -> int:
    """Frames in so many bytes of samples; 0 for a compressed sound, whose blocks hold many."""
    encoding, block_align = struct.unpack_from("<H10xH", fmt, _CHUNK.size)
    is_plain = encoding in (1, 3, 6, 7, 0xFFFE)  # PCM, float, A-law, mu-law, extensible
    return size // block_align if is_plain and block_align else 0
