"""A file with another header: some bytes from memory, then a part of a file on the disk.

libsndfile believes a header, and this gives it a right one without a copy of the sound.
"""

import io
import os
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class PatchedFile(io.RawIOBase):
    """Reads a header from memory, then the bytes of a file from `start` to `stop`.

    Args:
        header: The first bytes.
        file: The file that the other bytes come from; its owner closes it.
        start: Where they begin in it.
        stop: Where they end in it; None = with the file.
        promised_frames: How many frames the damaged header promised; 0 = none.
    """

    def __init__(
        self,
        header: bytes,
        file: BinaryIO,
        start: int,
        stop: int | None = None,
        *,
        promised_frames: int = 0,
    ) -> None:
        super().__init__()
        self.promised_frames = promised_frames
        self._header = header
        self._file = file
        self._start = start
        end = file_size(file) if stop is None else stop
        self._size = len(header) + max(0, end - start)
        self._position = 0

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def seekable(self) -> bool:
        """Whether it can be read from anywhere: always."""
        return True

    def tell(self) -> int:
        """The position of the next byte."""
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to a byte, as `io.IOBase.seek`; never before the first one."""
        origin = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        self._position = max(0, origin + offset)
        return self._position

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill a buffer as far as there are bytes, and return how many there were."""
        with memoryview(buffer).cast("B") as view:
            piece = self._bytes(len(view))
            view[: len(piece)] = piece
        return len(piece)

    def _bytes(self, count: int) -> bytes:
        count = max(0, min(count, self._size - self._position))
        piece = self._header[self._position : self._position + count]
        if len(piece) < count:
            self._file.seek(self._start + self._position + len(piece) - len(self._header))
            piece += self._file.read(count - len(piece))
        self._position += len(piece)
        return piece


def file_size(file: BinaryIO) -> int:
    """The size of an open file in bytes; moves its position to the end."""
    return file.seek(0, os.SEEK_END)
