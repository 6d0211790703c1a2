"""The links of a chained Ogg file: several sounds, one behind the other in one file.

Recordings of internet radio are like that, and files that were put together by `cat` (RFC 3533,
section 4). libsndfile reads the first one only, and says nothing of the others.
"""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from core.sound_files.reading.patched_file import PatchedFile, file_size

_PAGE = struct.Struct("<4sBBqIIIB")  # name, version, flags, position, stream, number, sum, segments
_BEGINS_STREAM = 2
_MAX_LINKS = 1000


def ogg_links(file: BinaryIO) -> list[PatchedFile]:
    """The links of a chained Ogg file, each as a file of its own; empty for any other file."""
    starts = list(islice(_link_starts(file), _MAX_LINKS))
    if len(starts) < 2:
        return []
    stops = [*starts[1:], None]
    return [PatchedFile(b"", file, *span) for span in zip(starts, stops, strict=True)]


def _link_starts(file: BinaryIO) -> Iterator[int]:
    """Yield where links begin, up to a damaged page: at streams that begin after others' content.

    A link may hold several streams, all of which begin before the first one's content.
    """
    end, place, was_beginning = file_size(file), 0, False
    while place < end:
        file.seek(place)
        head = file.read(_PAGE.size)
        if len(head) < _PAGE.size:
            return
        name, _, flags, *_, num_segments = _PAGE.unpack(head)
        if name != b"OggS":
            return
        is_beginning = bool(flags & _BEGINS_STREAM)
        if is_beginning and not was_beginning:
            yield place
        was_beginning = is_beginning
        place += _PAGE.size + num_segments + sum(file.read(num_segments))
