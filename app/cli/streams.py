"""The process's output streams, made so that a lost reader or a full disk costs no sound."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import TextIO, cast


class LossyStream:
    """Writes to a stream as long as that takes anything; afterwards what is written is dropped.

    Args:
        stream: The stream; None where the process was started without it.
    """

    def __init__(self, stream: TextIO | None) -> None:
        self._is_lost = stream is None
        self._stream = stream or io.StringIO()

    def write(self, text: str) -> int:
        """Write text, or drop it."""
        if not self._is_lost:
            try:
                self._stream.write(text)
            except (OSError, ValueError):  # ValueError: it is closed
                self._lose()
        return len(text)

    def flush(self) -> None:
        """Pass on what was written."""
        if not self._is_lost:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._lose()

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return not self._is_lost and self._stream.isatty()

    def __getattr__(self, name: str) -> object:
        """Whatever else libraries ask of a stream, such as its encoding."""
        return getattr(self._stream, name)

    def _lose(self) -> None:
        """Let the stream end in nothing: Python flushes what it still holds when it exits."""
        self._is_lost = True
        with contextlib.suppress(OSError, ValueError):  # it is closed, or is no file
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, self._stream.fileno())
            os.close(nothing)


@contextlib.contextmanager
def lossy_streams() -> Iterator[None]:
    """Let nothing that is printed inside the block fail."""
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, LossyStream(stream)) for stream in before)
    try:
        yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        sys.stdout, sys.stderr = before


def open_missing_descriptors() -> None:
    """Open the descriptors 0 to 2 where the process was started without them.

    Else the next file that is opened gets the number, and a library that prints a warning on
    standard error writes it into that file: a sound, for example.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number is this one
