"""Lists the hidden parts of files that this process writes, for a later start to remove.

A process that is killed leaves `.1f2e3d4c.part` beside the file that it was writing, in a folder
where nobody would look for it. Each process has a list of its own, and a lock that the system
releases however the process ends: a list whose lock is free is that of a process that is gone.
"""

import atexit
import logging
import os
import re
import secrets
from contextlib import suppress
from functools import cache
from pathlib import Path

import platformdirs

from core.runtime.file_lock import try_lock

_PART = re.compile(r"\.[0-9a-f]{8}\.part")
_LIST, _LOCK = ".parts", ".lock"
_MAX_LIST_BYTES = 16 << 20

_log = logging.getLogger(__name__)


def lists_folder() -> Path:
    """The folder of all lists, in the platform's folder for caches."""
    return Path(platformdirs.user_cache_path("Tessera", appauthor=False)) / "parts"


def note_part(part: Path) -> None:
    """Add a file to the list of this process; without a folder for lists, nothing happens."""
    with suppress(OSError):
        entry = os.fsencode(part.absolute()) + b"\0"
        with _own_list(lists_folder()).open("ab") as file:  # one write: other threads add too
            file.write(entry)


def remove_leftovers() -> list[Path]:
    """Remove what processes that are gone left unfinished, and return the removed files."""
    removed: list[Path] = []
    with suppress(OSError):
        for path in sorted(lists_folder().glob(f"*{_LIST}")):
            with suppress(OSError):
                removed += _remove_listed(path)
    if removed:
        _log.info("removed what an earlier run left unfinished: %s", removed)
    return removed


@cache
def _own_list(folder: Path) -> Path:
    """The list of this process, with its lock held until the process ends."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{secrets.token_hex(8)}{_LIST}"
    descriptor = try_lock(path.with_suffix(_LOCK))  # first: a list without a lock is removed
    if descriptor is None:
        raise OSError(f"{path} is in use")
    path.touch()
    atexit.register(_end_own_list, path, descriptor, os.getpid())
    return path


def _end_own_list(path: Path, descriptor: int, process_id: int) -> None:
    if os.getpid() == process_id:  # a forked child ends too, and the list is not its own
        os.close(descriptor)
        _forget(path)


def _remove_listed(path: Path) -> list[Path]:
    """Remove the files of a list and the list, unless its process is alive."""
    descriptor = try_lock(path.with_suffix(_LOCK))
    if descriptor is None:
        return []
    removed = []
    try:
        with path.open("rb") as file:
            entries = file.read(_MAX_LIST_BYTES).split(b"\0")
        for part in map(Path, map(os.fsdecode, filter(None, entries))):
            if _PART.fullmatch(part.name) and part.is_file() and not part.is_symlink():
                part.unlink()
                removed.append(part)
    finally:
        os.close(descriptor)
    _forget(path)
    return removed


def _forget(path: Path) -> None:
    for each in (path, path.with_suffix(_LOCK)):
        with suppress(OSError):
            each.unlink(missing_ok=True)
