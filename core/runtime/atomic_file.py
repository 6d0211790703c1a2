"""Atomic files and folders: written under a temporary name, synced to the disk, then renamed.

So a reader finds the older file or the whole new one. Without the sync, a crash of the system may
leave the new name with an empty file, and the older file lost.
"""

import errno
import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

from core.runtime.part_files import note_part

_PERMISSIONS = 0o777


def check_path(path: Path) -> None:
    """Raise unless a file may have this path; ask before a long run, not after it.

    Raises:
        OSError: The name is too long, or is that of a folder, a pipe or a device.
    """
    with suppress(FileNotFoundError):
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "a folder", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.ESPIPE, "a pipe or a device", str(path))


def part_path(path: Path) -> Path:
    """A random hidden name in the same folder, to write the file under until it is complete.

    Of a symbolic link it is the folder that the link leads to, since a file can only be renamed
    on one disk. Where the process is killed before that, a later start removes the file.
    """
    part = _behind_links(path).with_name(f".{secrets.token_hex(4)}.part")
    note_part(part)
    return part


def put_in_place(part: Path, path: Path) -> None:
    """Give a complete file its name; an older one stays until the new one is on the disk.

    As for a file that is overwritten, a symbolic link stays one, and who may read an older file
    may read the new one.

    Raises:
        OSError: It could not be written to the disk, or not be renamed.
    """
    target = _behind_links(path)
    # The order matters: first the data, then the name, then the folder's entry for it.
    sync_file(part)
    with suppress(OSError):  # there is no older file, or the disk knows no permissions
        part.chmod(target.stat().st_mode & _PERMISSIONS)
    part.replace(target)
    with suppress(OSError):  # the file is there; some folders can be written but not opened
        sync_folder(target.parent)


def write_whole(path: Path, text: str) -> None:
    """Replace a small file of our own in one step.

    Raises:
        OSError: It could not be written.
    """
    part = path.with_name(f".{path.name}.part")
    part.write_text(text, encoding="utf-8")
    put_in_place(part, path)


def move_whole(folder: Path, target: Path) -> None:
    """Give a complete folder its name in one step, with everything in it on the disk.

    Raises:
        OSError: It could not be written to the disk, or the target is a folder that is not empty.
    """
    for place in sorted(folder.rglob("*"), reverse=True):  # what is in a folder before itself
        if place.is_dir():
            sync_folder(place)
        else:
            sync_file(place)
    sync_folder(folder)
    folder.rename(target)
    sync_folder(target.parent)


def _behind_links(path: Path) -> Path:
    """The file that a symbolic link leads to; any other path as it is."""
    with suppress(OSError):  # the name is too long
        if path.is_symlink():
            return Path(os.path.realpath(path))
    return path


def sync_file(path: Path) -> None:
    """Wait until a file is on the disk."""
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(folder: Path) -> None:
    """Wait until the entries of a folder are on the disk; Windows does so by itself."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
