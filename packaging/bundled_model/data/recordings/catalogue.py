"""What the packages hold: every sound file with its label and its terms, or why it is dropped."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from bundled_model.data.recordings.labels import LabelTable
from bundled_model.data.recordings.licences import (
    CopyrightFile,
    LicenceError,
    chosen_licence,
)
from bundled_model.data.recordings.packages import Package
from bundled_model.data.recordings.unpacking import SOUND_SUFFIXES


class Reason(StrEnum):
    """Why a sound file is not used."""

    NO_LABEL = "no row of the table"
    LEFT_OUT = "left out by the table"
    LICENCE = "licence"
    UNREADABLE = "unreadable"
    SILENT = "silent"
    TOO_SHORT = "too short"
    CLIPPED = "clipped"
    COPY = "copy of another"
    CONTRADICTED = "does not sound like its label"
    OUTLIER = "unlike the others of its label"


@dataclass(frozen=True)
class Recording:
    """A sound file that may be learnt from.

    Attributes:
        package: Debian package.
        path: Path below the package's folder.
        concept: Name of its concept.
        words: Phrases that tell more than the concept's name.
        licence: The licence under which it is used.
        authors: Whom to name.

    Raises:
        LicenceError: The licence does not allow it.
    """

    package: str
    path: str
    concept: str
    words: tuple[str, ...]
    licence: str
    authors: str

    def __post_init__(self) -> None:
        if chosen_licence(self.licence) != self.licence:
            raise LicenceError(self.package, self.path, self.licence)


@dataclass(frozen=True)
class DroppedFile:
    """A sound file that is not used.

    Attributes:
        package: Debian package.
        path: Path below the package's folder.
        reason: Why.
        detail: More of it: the licence, the copy, the measure.
    """

    package: str
    path: str
    reason: Reason
    detail: str = ""


def catalogued(
    package: Package, folder: Path, table: LabelTable
) -> Iterator[Recording | DroppedFile]:
    """Yield every sound file of an unpacked package, in the order of their paths."""
    terms = CopyrightFile.read(folder / "copyright")
    for path in sound_paths(folder / "sounds"):
        found = terms.terms(package.source_path(path))
        licence, label = chosen_licence(found.licence), table.label(package.name, path)
        if licence is None:
            yield DroppedFile(package.name, path, Reason.LICENCE, found.licence)
        elif label is None:
            yield DroppedFile(package.name, path, Reason.NO_LABEL)
        elif label.is_left_out:
            yield DroppedFile(package.name, path, Reason.LEFT_OUT, label.notes)
        else:
            yield Recording(package.name, path, label.concept, label.words, licence, found.authors)


def sound_paths(folder: Path) -> Iterator[str]:
    """Yield the sound files below a folder, by path, in order."""
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SOUND_SUFFIXES and path.is_file():
            yield path.relative_to(folder).as_posix()


def parted(
    found: Iterable[Recording | DroppedFile],
) -> tuple[list[Recording], list[DroppedFile]]:
    """Return recordings and dropped files apart."""
    recordings: list[Recording] = []
    dropped: list[DroppedFile] = []
    for item in found:
        if isinstance(item, Recording):
            recordings.append(item)
        else:
            dropped.append(item)
    return recordings, dropped
