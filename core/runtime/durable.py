"""A file put in its place whole: written beside it, on the disk before it takes the name.

Without waiting for the disk a crash of the system may leave the new name with nothing behind it,
and the older file gone.
"""

import errno
import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path


def check_place(path: Path) -> None:
    """Ask the system about the path itself, before hours of work are put into it.

    Raises:
        OSError: No file can be there: the name is too long, or that of a folder.
    """
    with suppress(FileNotFoundError):
        if stat.S_ISDIR(path.stat().st_mode):
            raise IsADirectoryError(errno.EISDIR, "a folder", str(path))


def part_beside(path: Path) -> Path:
    """Where a file is written until it is whole; nobody else writes there."""
    return path.with_name(f".{secrets.token_hex(4)}.part")


def put_in_place(part: Path, path: Path) -> None:
    """Give a whole file its name; an older one there stays until the new one is on the disk.

    Raises:
        OSError: It could not be written to the disk, or be renamed.
    """
    sync_file(part)
    part.replace(path)
    with suppress(OSError):  # the file is there; some folders may be written but not be opened
        sync_folder(path.parent)


def sync_file(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
