"""An array in a temporary file on the disk, for takes that are too long for the memory.

The file has no name: the system deletes it once it is closed, also when the program is killed.
Pages that were written or read are the system's cache, which shrinks when memory is needed.
"""

import math
import os
import sys
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import DiskError
from core.runtime.write_failure import write_failure

DISK_FOLDER = Path("/var/tmp")  # on Linux /tmp may be memory; the FHS keeps this one on the disk
_WRITTEN_BYTES = 1 << 18  # at once: ext4 takes 230 MB in 0.06 s in such parts, in 0.5 s in 2 MB


class Spool:
    """Rows of float32 values that are appended, or read and written anywhere.

    As a context manager it closes its file at the end; without one, when it is garbage-collected.

    Args:
        row_shape: Shape of a row: () for samples, (n_mels,) for frames.
        folder: Where the file lies; None = `spool_folder()`.

    Attributes:
        num_rows: Rows written so far.

    Raises:
        DiskError: Nothing can be written there.
    """

    def __init__(self, row_shape: tuple[int, ...] = (), folder: Path | None = None) -> None:
        self.num_rows = 0
        self._row_shape = row_shape
        self._row_bytes = math.prod(row_shape) * np.dtype(np.float32).itemsize
        self._folder = folder or spool_folder()
        with self._disk_errors():
            self._file = tempfile.TemporaryFile(buffering=0, dir=self._folder)  # noqa: SIM115
        self._close = weakref.finalize(self, _close, self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the file; an array that was mapped stays readable."""
        self._close()

    def append(self, rows: FloatArray) -> None:
        """Write rows (n, *row_shape) at the end.

        Raises:
            DiskError: The disk is full.
        """
        self.write(self.num_rows, rows)

    def write(self, first: int, rows: FloatArray) -> None:
        """Write rows (n, *row_shape) from row `first` on; rows that are skipped become zeros.

        Raises:
            DiskError: The disk is full.
        """
        with self._disk_errors():
            self._file.seek(first * self._row_bytes)
            rest = np.ascontiguousarray(rows, np.float32).reshape(-1).view(np.uint8)
            while rest.size:
                rest = rest[self._file.write(rest[:_WRITTEN_BYTES].data) :]
        self.num_rows = max(self.num_rows, first + len(rows))

    def read(self, first: int, count: int) -> FloatArray:
        """A copy of rows written before, (count, *row_shape), float32.

        Raises:
            DiskError: The disk cannot be read.
        """
        rows = np.empty((count, *self._row_shape), np.float32)
        with self._disk_errors():
            self._file.seek(first * self._row_bytes)
            rest = rows.reshape(-1).view(np.uint8)
            while rest.size and (num_bytes := self._file.readinto(rest.data)):
                rest = rest[num_bytes:]
        return rows

    def mapped(self) -> FloatArray:
        """All rows so far, (num_rows, *row_shape), read from the disk when they are accessed.

        Changes to the array stay in memory and do not reach the file.
        """
        shape = (self.num_rows, *self._row_shape)
        if not self.num_rows:
            return np.zeros(shape, np.float32)
        with self._disk_errors():
            return np.memmap(self._file, np.float32, mode="c", shape=shape)

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            sentence = write_failure(self._folder / "spool", error)
            raise DiskError(str(self._folder), sentence) from error


def _close(file: IO[bytes]) -> None:
    with suppress(OSError):  # of a full disk, which the writes before have reported
        file.close()


def spool_folder() -> Path:
    """The folder for large temporary files: the one TMPDIR names, else one on a real disk."""
    if sys.platform == "linux" and "TMPDIR" not in os.environ and DISK_FOLDER.is_dir():
        return DISK_FOLDER
    return Path(tempfile.gettempdir())


def move_to_disk(array: FloatArray) -> FloatArray:
    """A copy of the array that lies on the disk, mapped into memory.

    Raises:
        DiskError: It cannot be written there.
    """
    with Spool(array.shape[1:]) as spool:
        spool.append(array)
        return spool.mapped()
