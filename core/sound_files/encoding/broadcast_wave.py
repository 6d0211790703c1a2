"""Chunks of a WAV that other programs read: a description, and cue points with their labels.

Layouts: EBU Tech 3285, *Specification of the Broadcast Wave Format*, version 1 (bext), and
Microsoft and IBM, *Multimedia Programming Interface and Data Specifications 1.0* (1991), section 3
(cue, list of associated data with labels).
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from core.sound_files.audio_format import AudioFormat
from core.sound_files.encoding.riff_chunk import packed_chunk

_BEXT = struct.Struct("<256s32s32s10s8sIIH64s190s")
_VERSION = 1
_POINT = struct.Struct("<II4sIII")
_COUNT = struct.Struct("<I")


@dataclass(frozen=True, slots=True)
class CuePoint:
    """A place in a sound with its name.

    Attributes:
        frame: Its index.
        label: What begins there.
    """

    frame: int
    label: str


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
        _POINT.pack(number, cue.frame, b"data", 0, 0, cue.frame)
        for number, cue in enumerate(cues, 1)
    )
    labels = b"".join(_label(number, cue.label) for number, cue in enumerate(cues, 1))
    return [(b"cue ", _COUNT.pack(len(cues)) + points), (b"LIST", b"adtl" + labels)]


def _label(number: int, text: str) -> bytes:
    content = _COUNT.pack(number) + text.encode("utf-8", "replace") + b"\0"
    return packed_chunk(b"labl", content)


def _ascii(text: str) -> bytes:
    return text.encode("ascii", "replace")
