"""What can go wrong between the studio and its disk."""

from pathlib import Path

from core.api.errors import TesseraError
from core.runtime.write_failure import write_failure


class LibraryError(TesseraError):
    """Something of the library cannot be read or written.

    Attributes:
        path: The file or folder in question.
    """

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path


def not_written(path: Path, error: Exception) -> LibraryError:
    """The error for an attempt to write `path` that ended in `error`."""
    return LibraryError(path, write_failure(path, error))
