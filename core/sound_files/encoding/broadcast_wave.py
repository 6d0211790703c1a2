"""Chunks of a WAV: a description and cue points that other programs read, and our own.

Our metadata has a chunk of its own, which other programs skip: libsndfile's comments in a WAV end
at 2,046 bytes, and longer ones cannot be read back (libsndfile#889).

Layouts: EBU Tech 3285, *Specification of the Broadcast Wave Format*, version 1 (bext), and
Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0* (1991), sections 2
(chunks) and 3 (cue, list of associated data with labels).
"""

import os
import struct
from collections.abc import Sequence
from pathlib import Path

from core.sound_files.audio_format import AudioFormat
from core.sound_files.reading.cue_points import COUNT, POINT, CuePoint

_HEADER = struct.Struct("<4sI")
_BEXT = struct.Struct("<256s32s32s10s8sIIH64s190s")
_VERSION = 1


def broadcast_chunk(
    description: str, originator: str, audio_format: AudioFormat, sample_rate: int, channels: int
) -> bytes:
    """The content of a bext chunk: what the sound is, what made it, and how it was coded.

    Its texts are ASCII by the specification; other letters become question marks. It names no
    time: the same export gives the same file.
    """
    mode = "mono" if channels == 1 else "stereo"
    bits = audio_format.bits or 32
    history = f"A=PCM,F={sample_rate},W={bits},M={mode},T={originator}\r\n"
    fixed = _BEXT.pack(
        _ascii(description), _ascii(originator), b"", b"", b"", 0, 0, _VERSION, b"", b""
    )
    return fixed + _ascii(history)


def cue_chunks(cues: Sequence[CuePoint]) -> list[tuple[bytes, bytes]]:
    """Names and contents of the chunks of cue points and their labels; none without points."""
    if not cues:
        return []
    points = b"".join(
        POINT.pack(number, cue.frame, b"data", 0, 0, cue.frame)
        for number, cue in enumerate(cues, 1)
    )
    labels = b"".join(_label(number, cue.label) for number, cue in enumerate(cues, 1))
    return [(b"cue ", COUNT.pack(len(cues)) + points), (b"LIST", b"adtl" + labels)]


def _label(number: int, text: str) -> bytes:
    content = COUNT.pack(number) + text.encode("utf-8", "replace") + b"\0"
    return packed_chunk(b"labl", content)


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")


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
