"""Reads small files that somebody else may have written: settings, model configs, descriptions.

Such a file may be a FIFO, which never answers, or endless, or hold JSON of a depth or of numbers
that no program expects. All of that becomes an OSError or a ValueError here.
"""

import errno
import json
import math
import os
import stat
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
    descriptor = os.open(path, os.O_RDONLY | _NON_BLOCKING)  # a FIFO opens, and is then refused
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file", str(path))
        return file.read(max_bytes)


def parse_json(text: str | bytes) -> Any:
    """The value of a JSON text, with finite numbers only.

    Raises:
        ValueError: It is no JSON, is nested too deeply, or holds NaN, infinity or a number of
            thousands of digits.
    """
    try:
        return json.loads(text, parse_constant=_refuse, parse_float=_finite)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error


def _refuse(constant: str) -> None:
    raise ValueError(f"it holds {constant}, which is no number of JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(f"it holds {digits}, which is too large a number")
    return number
