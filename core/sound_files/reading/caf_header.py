"""A right header for a Core Audio file that was cut off: libsndfile refuses it as it is.

Layout: Apple, *Core Audio Format Specification 1.0*: a head of eight bytes, then chunks of a type,
a 64-bit size and data. The data chunk begins with an edit count of four bytes.
"""

import struct
from typing import BinaryIO

from core.sound_files.reading.patched_file import PatchedFile, file_size

_CHUNK = struct.Struct(">4sq")
_HEAD_BYTES = 8
_EDIT_COUNT_BYTES = 4
_PACKETS = struct.Struct(">II")  # of "desc": bytes and frames of a packet
_PACKETS_AT = 16
_MAX_CHUNKS = 1000
_MAX_HEADER_BYTES = 1 << 20


def patched_caf(file: BinaryIO) -> PatchedFile | None:
    """The file with the size of the samples that are there; None where it needs none."""
    end = file_size(file)
    file.seek(0)
    if file.read(_HEAD_BYTES)[:4] != b"caff":
        return None
    place, packets = _HEAD_BYTES, (0, 0)
    for _ in range(_MAX_CHUNKS):
        file.seek(place)
        head = file.read(_CHUNK.size)
        if len(head) < _CHUNK.size or place > _MAX_HEADER_BYTES:
            return None
        name, size = _CHUNK.unpack(head)
        if name == b"data":
            return _with_size(file, place, size, end, packets)
        if name == b"desc":
            file.seek(place + _CHUNK.size + _PACKETS_AT)
            fields = file.read(_PACKETS.size)
            packets = _PACKETS.unpack(fields) if len(fields) == _PACKETS.size else packets
        if size < 0:
            return None
        place += _CHUNK.size + size
    return None


def _with_size(
    file: BinaryIO, place: int, size: int, end: int, packets: tuple[int, int]
) -> PatchedFile | None:
    """The file with another size of its data chunk, where it promises more than there is."""
    start = place + _CHUNK.size
    if size <= end - start or end - start <= _EDIT_COUNT_BYTES:
        return None
    file.seek(0)
    header = file.read(place) + _CHUNK.pack(b"data", end - start)
    packet_bytes, packet_frames = packets
    promised = (size - _EDIT_COUNT_BYTES) // packet_bytes * packet_frames if packet_bytes else 0
    return PatchedFile(header, file, start, end, promised_frames=promised)
