"""The sentence for a file that could not be written: the reason, and what to do."""

import errno
import shutil
from pathlib import Path

_FULL_DISK_BYTES = 1 << 20
_TOO_FULL = "the disk is full. Nothing was written; please free some space or choose another disk."
_NO_PERMISSION = "there is no permission to write here; please choose another folder."
_UNKNOWN = "it could not be written; please choose another place."
_SENTENCES = {
    errno.ENOENT: "the folder {folder} does not exist; please make it, or choose another.",
    errno.ENOTDIR: "{folder} is not a folder; please choose another.",
    errno.EISDIR: "this is a folder; please name a file.",
    errno.ESPIPE: "this is a pipe or a device; please name a file.",
    errno.EACCES: _NO_PERMISSION,
    errno.EPERM: _NO_PERMISSION,
    errno.EROFS: _NO_PERMISSION,
    errno.ENAMETOOLONG: "this name is too long; please choose a shorter one.",
    errno.ENOSPC: _TOO_FULL,
}


def write_failure(path: Path, error: Exception) -> str:
    """The sentence for an attempt to write `path` that ended in `error`.

    Libraries often hide the system's error; then the free space of the disk decides.
    """
    sentence = _SENTENCES.get(error.errno or 0) if isinstance(error, OSError) else None
    folder_exists = isinstance(error, FileNotFoundError) and path.parent.is_dir()  # as in /proc
    if sentence is None or folder_exists:
        sentence = _TOO_FULL if is_full(path.parent) else _UNKNOWN
    return sentence.format(folder=path.parent)


def is_full(folder: Path) -> bool:
    """Whether the disk of a folder has no room worth the name."""
    if not folder.is_dir():
        return False
    disk = shutil.disk_usage(folder)
    return disk.free < _FULL_DISK_BYTES and disk.total > 0  # /proc and the like have no size
