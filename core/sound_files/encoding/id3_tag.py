"""The ID3v2.3 tag at the start of an MP3: title, program, and metadata as a comment.

libsndfile hands texts to LAME as Latin-1, which garbles all other letters. So the tag is ours.
Layout: Nilsson, *ID3 tag version 2.3.0* (1999), sections 3.1, 3.3, 4.2 and 4.11.
"""

import shutil
import struct
from pathlib import Path

from core.runtime.atomic_file import part_path

_HEADER = struct.Struct(">3sBBB4s")
_FRAME = struct.Struct(">4sIH")
_UTF_16 = b"\x01"
_LANGUAGE = b"eng"
_BITS = 7  # of each byte of the tag's size: its highest bit is 0


def id3_tag(*, title: str, software: str, comment: str) -> bytes:
    """The tag; empty texts are left out."""
    frames = [
        _frame(b"TIT2", _UTF_16 + _text(title)) if title else b"",
        _frame(b"TSSE", _UTF_16 + _text(software)) if software else b"",
        _frame(b"COMM", _UTF_16 + _LANGUAGE + _text("") + b"\0\0" + _text(comment))
        if comment
        else b"",
    ]
    body = b"".join(frames)
    return _HEADER.pack(b"ID3", 3, 0, 0, _syncsafe(len(body))) + body


def prepend_tag(path: Path, tag: bytes) -> None:
    """Put a tag before a complete MP3; memory does not depend on its length.

    Raises:
        OSError: It cannot be written.
    """
    tagged = part_path(path)
    try:
        with path.open("rb") as source, tagged.open("xb") as target:
            target.write(tag)
            shutil.copyfileobj(source, target)
        tagged.replace(path)
    finally:
        tagged.unlink(missing_ok=True)


def _frame(name: bytes, content: bytes) -> bytes:
    return _FRAME.pack(name, len(content), 0) + content


def _text(text: str) -> bytes:
    return text.encode("utf-16", "replace")  # with its byte order mark


def _syncsafe(size: int) -> bytes:
    return bytes(size >> shift & 0x7F for shift in (3 * _BITS, 2 * _BITS, _BITS, 0))
