"""An array that grows on the disk: what a long take holds without filling the memory.

The file has no name: the system takes it back as soon as nobody holds it any more, also when the
program is killed. Pages that were written or read are the system's cache, which gives way.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from core.errors import DiskError
from core.write_failure import write_failure

FloatArray = NDArray[np.float32]

DISK_FOLDER = Path("/var/tmp")  # on Linux /tmp may be memory; the FHS keeps this one on the disk


class Spool:
    """Rows of float32 values, written one after another; a context manager.

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
        self._folder = folder or spool_folder()
        with self._failures_told():
            self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Let go of the file; an array that was mapped stays."""
        with suppress(OSError):  # on a full disk, which was told already
            self._file.close()

    def append(self, rows: FloatArray) -> None:
        """Write rows (n, *row_shape) at the end.

        Raises:
            DiskError: The disk is full.
        """
        with self._failures_told():
            self._file.write(np.ascontiguousarray(rows, np.float32).data)
        self.num_rows += len(rows)

    def mapped(self) -> FloatArray:
        """All rows so far, (num_rows, *row_shape), read from the disk as they are looked at.

        Changes to the array stay in memory.
        """
        shape = (self.num_rows, *self._row_shape)
        if not self.num_rows:
            return np.zeros(shape, np.float32)
        with self._failures_told():
            self._file.flush()
        return np.memmap(self._file, np.float32, mode="c", shape=shape)

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            sentence = write_failure(self._folder / "spool", error)
            raise DiskError(str(self._folder), sentence) from error


def spool_folder() -> Path:
    """Where large temporary files belong: what TMPDIR names, else a folder on the disk."""
    if sys.platform == "linux" and "TMPDIR" not in os.environ and DISK_FOLDER.is_dir():
        return DISK_FOLDER
    return Path(tempfile.gettempdir())


def spooled(array: FloatArray) -> FloatArray:
    """The same values, on the disk.

    Raises:
        DiskError: They cannot be written there.
    """
    with Spool(array.shape[1:]) as spool:
        spool.append(array)
        return spool.mapped()
