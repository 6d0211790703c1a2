"""Which glibc the built program needs: the newest symbol version that any of its files asks for."""

import re
from collections.abc import Iterable
from pathlib import Path

_ELF = b"\x7fELF"
_SYMBOL_VERSION = re.compile(rb"GLIBC_(\d+)\.(\d+)(?:\.\d+)?\0")


def needed_glibc(folder: Path) -> str:
    """The version for a package's Depends, such as "2.35"."""
    versions = (version for path in folder.rglob("*") for version in _versions_in(path))
    return "{}.{}".format(*max(versions, default=(2, 17)))


def _versions_in(path: Path) -> Iterable[tuple[int, int]]:
    """Major and minor versions named in a file's string table; none where it is no program."""
    if path.is_symlink() or not path.is_file():
        return ()
    with path.open("rb") as file:
        if file.read(len(_ELF)) != _ELF:
            return ()
        found = _SYMBOL_VERSION.findall(file.read())
    return {(int(major), int(minor)) for major, minor in found}
