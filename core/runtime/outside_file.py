"""Reads small files that somebody else may have written: settings, model configs, descriptions.

Such a file may be a FIFO, which never answers, or endless, or hold JSON of a depth or of numbers
that no program expects. All of that becomes an OSError or a ValueError here.
"""

import errno
import json
import math
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MAX_BYTES = 16 << 20
_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_outside_file(path: Path, max_bytes: int = MAX_BYTES) -> bytes:
    """The contents of a regular file; never waits for another program.

    Raises:
        OSError: It cannot be read, is no regular file (EINVAL), or is longer (EFBIG).
    """
    content = read_beginning(path, max_bytes + 1)
    if len(content) > max_bytes:
        raise OSError(errno.EFBIG, "it is too long", str(path))
    return content


def read_beginning(path: Path, max_bytes: int) -> bytes:
    """The first bytes of a regular file; as `read_outside_file`, but a longer one is cut.

    Raises:
        OSError: It cannot be read, or is no regular file (EINVAL).
    """
    check_regular(path)
    descriptor = os.open(path, os.O_RDONLY | _NON_BLOCKING)  # it may have become a FIFO since
    with os.fdopen(descriptor, "rb") as file:
        return file.read(max_bytes)


def file_state(path: Path) -> list[Any]:
    """Path, size and time of a file, to notice changes; a missing one fails where it is read."""
    if not path.exists():
        return [str(path)]
    state = path.stat()
    return [str(path), state.st_size, state.st_mtime_ns]


def check_regular(path: Path) -> None:
    """Refuse what a library would wait for without an end: a FIFO, a device.

    Raises:
        OSError: It is no regular file (EINVAL), or there is none.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is no regular file", str(path))


def parse_json(text: str | bytes, *, allows_infinity: bool = False) -> Any:
    """The value of a JSON text, with finite numbers only.

    Args:
        text: The text.
        allows_infinity: Read NaN and infinity as well, for a caller who checks every number.

    Raises:
        ValueError: It is no JSON, is nested too deeply, or holds NaN, infinity or a number of
            thousands of digits.
    """
    try:
        if allows_infinity:
            return json.loads(text)
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def json_text(values: Mapping[str, Any], indent: int | None = None) -> str:
    """JSON that people can read; with escapes where a value, as the name of a file, is no text."""
    text = json.dumps(values, ensure_ascii=False, indent=indent)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(values, indent=indent)
    return text


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}, which is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"it holds {digits}, which is too large a number")
    return number
