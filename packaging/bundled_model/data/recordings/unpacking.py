"""Fetches packages and keeps their sounds and copyright files; nothing is installed."""

import shutil
import struct
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryFile
from typing import IO

from bundled_model.data.recordings.packages import Package

SOUND_SUFFIXES = (".ogg", ".oga", ".wav", ".flac", ".aiff")
ZIP_SUFFIXES = (".zip", ".pk3")
CATALOGUE_SUFFIX = ".cat"
"""OpenTTD's container: a table of places, then a name and a WAVE file for each."""
OFFSET_BITS = 0x7FFFFFFF
FORBIDDEN_CHARACTERS = str.maketrans({"/": "-", "\0": None})
LONGEST_NAME_BYTES = 250
"""File systems allow 255; a longer name cannot be cut, for its end tells the licence."""


def fetched(package: Package, work: Path) -> Path:
    """Return the folder of a package's `sounds/` and `copyright`, fetched if it is not there."""
    folder = work / "recordings" / package.name
    if folder.exists():
        return folder
    beside = folder.with_suffix(".part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    subprocess.run(["apt-get", "download", "-q", package.name], cwd=beside, check=True)
    (archive,) = beside.glob("*.deb")
    command = ["dpkg-deb", "--fsys-tarfile", str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        keep(process.stdout, package, beside)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    archive.unlink()
    beside.rename(folder)
    return folder


def keep(tar_stream: IO[bytes], package: Package, folder: Path) -> None:
    """Write the sounds and the copyright file of a package's tar stream into a folder.

    Links are left out: what they point at is there under its own name.
    """
    with tarfile.open(fileobj=tar_stream, mode="r|") as tar:
        for member in tar:
            path = PurePosixPath(member.name.removeprefix("./"))
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                continue
            if path == PurePosixPath("usr/share/doc", package.name, "copyright"):
                _write(folder / "copyright", content)
            elif path.is_relative_to(package.folder):
                relative = path.relative_to(package.folder)
                for name, sound in _sounds(relative, content):
                    _write(folder / "sounds" / name, sound)


def _sounds(path: PurePosixPath, content: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the sounds that a file is or holds, by path below the package's folder."""
    suffix = path.suffix.lower()
    if suffix in SOUND_SUFFIXES:
        yield str(path), content
    elif suffix in ZIP_SUFFIXES:
        yield from _zipped_sounds(content)
    elif suffix == CATALOGUE_SUFFIX:
        yield from catalogued_sounds(content.read())


def _zipped_sounds(content: IO[bytes]) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the sounds of a zip archive, which is copied first: a tar stream cannot go back."""
    with TemporaryFile() as file:
        shutil.copyfileobj(content, file)
        with zipfile.ZipFile(file) as archive:
            for name in archive.namelist():
                if name.lower().endswith(SOUND_SUFFIXES) and ".." not in name.split("/"):
                    with archive.open(name) as sound:
                        yield name, sound


def catalogued_sounds(content: bytes) -> Iterator[tuple[str, IO[bytes]]]:
    """Yield the WAVE files of an OpenTTD sound catalogue; their names tell author and licence."""
    (first,) = struct.unpack_from("<I", content)
    for entry in range((first & OFFSET_BITS) // 8):
        offset, _ = struct.unpack_from("<II", content, 8 * entry)
        offset &= OFFSET_BITS
        begin = offset + 1 + content[offset]
        name = content[offset + 1 : begin].decode().translate(FORBIDDEN_CHARACTERS)
        (size,) = struct.unpack_from("<I", content, begin + 4)
        if len(name.encode()) <= LONGEST_NAME_BYTES:
            yield f"{name}.wav", BytesIO(content[begin : begin + 8 + size])


def _write(path: Path, content: IO[bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(content, file)
