"""How large each part of the built folder is, and a checksum for every file of the release."""

import hashlib
from collections import Counter
from pathlib import Path

from release.layout import DIST

LARGE_MB = 3.0
CHECKSUMS = "SHA256SUMS"
CONTENTS = "contents.sha256"


def part_sizes(folder: Path) -> Counter[str]:
    """Bytes of each part: a package with its libraries, a folder of resources, the rest."""
    sizes: Counter[str] = Counter()
    for file in _files(folder):
        sizes[_part_of(file.relative_to(folder))] += file.lstat().st_size
    return sizes


def print_parts(folder: Path) -> None:
    """Print the large parts, largest first, and the whole."""
    sizes = part_sizes(folder)
    large = [(part, size) for part, size in sizes.most_common() if size >= LARGE_MB * 1e6]
    rest = sizes.total() - sum(size for _, size in large)
    for part, size in [*large, ("everything else", rest), ("the whole folder", sizes.total())]:
        print(f"{size / 1e6:8.1f} MB  {part}")


def write_checksums(folder: Path, installers: list[Path]) -> None:
    """Write dist/SHA256SUMS for the installers and dist/contents.sha256 for the folder inside.

    Two builds of one commit are compared by the second: `diff` of the two lists is all that
    differs.
    """
    _write(DIST / CHECKSUMS, {path.name: path for path in installers})
    files = {file.relative_to(folder).as_posix(): file for file in _files(folder)}
    _write(DIST / CONTENTS, files)


def _write(path: Path, files: dict[str, Path]) -> None:
    lines = [f"{sha256(file)}  {name}\n" for name, file in sorted(files.items())]
    path.write_text("".join(lines), encoding="utf-8")


def sha256(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]


def _part_of(file: Path) -> str:
    """The part a file belongs to: `numpy.libs` counts as numpy, resources by their folder."""
    folders = file.parts[:-1]
    if folders[:1] in (("_internal",), ("Contents",)):
        folders = folders[1:]
    if folders[:1] in (("Frameworks",), ("Resources",)):
        folders = folders[1:]
    if not folders:
        return "shared libraries and Python"
    name = "/".join(folders[:2]) if folders[0] == "resources" else folders[0]
    return name.removesuffix(".libs")
