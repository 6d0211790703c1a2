"""The error of the library."""

from pathlib import Path

from core.api.errors import TesseraError
from core.runtime.write_failure import is_full, write_failure


class LibraryError(TesseraError):
    """Something of the library cannot be read or written.

    Attributes:
        path: The file or folder in question.
    """

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(f"{path}: {sentence}")
        self.path = path


class LibraryInUseError(LibraryError):
    """Another process has the library open."""


def not_read(path: Path, error: Exception) -> LibraryError:
    """Return the error for a failed attempt to read `path`.

    SQLite needs room for its journal even to read, and reports a full disk as an error of reading.
    """
    if is_full(path.parent):
        return LibraryError(
            path,
            "it could not be opened, since the disk is full. Nothing is lost; please free some "
            "space and start again.",
        )
    reason = error.strerror if isinstance(error, OSError) else str(error)
    return LibraryError(path, f"it could not be read ({reason}); please look at its permissions.")


def not_written(path: Path, error: Exception) -> LibraryError:
    """Return the error for a failed attempt to write `path`."""
    return LibraryError(path, write_failure(path, error))
