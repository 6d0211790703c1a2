"""Cue points of a WAV with their labels, whichever program wrote them.

Layout: Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0* (1991),
section 3: a cue chunk, and labels in a list of associated data.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from core.sound_files.reading.chunk_reader import chunks_of

POINT = struct.Struct("<II4sIII")  # number, position, chunk, its start, its block, frame
COUNT = struct.Struct("<I")
_LABEL = struct.Struct("<4sI")
_MAX_BYTES = 1 << 20  # of a chunk
_WHOLE_LIST = b"adtl"


@dataclass(frozen=True, slots=True)
class CuePoint:
    """A place in a sound with its name.

    Attributes:
        frame: Its index.
        label: What begins there.
    """

    frame: int
    label: str


def read_cues(path: Path) -> list[CuePoint]:
    """The cue points of a file, in its order; none where it is no WAV, or they are damaged.

    Raises:
        OSError: The file cannot be read.
    """
    points: dict[int, int] = {}
    labels: dict[int, str] = {}
    with path.open("rb") as file:
        for name, size in chunks_of(file):
            if name in (b"cue ", b"LIST") and size <= _MAX_BYTES:
                content = file.read(size)
                if name == b"cue ":
                    points |= _points(content)
                elif content.startswith(_WHOLE_LIST):
                    labels |= dict(_labels(content[len(_WHOLE_LIST) :]))
    return [CuePoint(frame, labels.get(number, "")) for number, frame in points.items()]


def _points(content: bytes) -> dict[int, int]:
    """Frames by the numbers of their points; the count that the chunk claims may be wrong."""
    whole = (len(content) - COUNT.size) // POINT.size * POINT.size
    points = POINT.iter_unpack(content[COUNT.size : COUNT.size + max(whole, 0)])
    return {number: frame for number, *_, frame in points}


def _labels(content: bytes) -> Iterator[tuple[int, str]]:
    """Numbers of points with their labels; notes and lengths of regions are skipped."""
    place = 0
    while place + _LABEL.size <= len(content):
        name, size = _LABEL.unpack_from(content, place)
        place += _LABEL.size
        label = content[place : place + size]
        if name == b"labl" and len(label) >= COUNT.size:
            text = label[COUNT.size :].partition(b"\0")[0]
            yield COUNT.unpack_from(label)[0], _as_text(text)
        place += size + size % 2


def _as_text(content: bytes) -> str:
    """A label: programs of today write UTF-8, older ones the code page of western Windows."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
