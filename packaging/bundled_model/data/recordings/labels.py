"""The table that says what each recording is, read from labels.tsv.

A row holds a package, a pattern of paths below the package's folder, the concept ("-" leaves the
paths out), words that tell more than the concept's name (parted by semicolons) and notes. The
first row that matches a path counts. Lines that begin with "#" are headings for people.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

LABELS_FILE = Path(__file__).with_name("labels.tsv")
LEFT_OUT = "-"
COLUMNS = 5


@dataclass(frozen=True)
class Label:
    """What the recordings that match a pattern are.

    Attributes:
        package: Debian package.
        paths: Pattern of paths; `*` stands for slashes too.
        concept: Name of the concept, or `LEFT_OUT`.
        words: Phrases that are true of these recordings and not of all of the concept.
        notes: Why, for people.
    """

    package: str
    paths: str
    concept: str
    words: tuple[str, ...]
    notes: str

    @property
    def is_left_out(self) -> bool:
        """Whether these paths are not to be used."""
        return self.concept == LEFT_OUT


@dataclass(frozen=True)
class LabelTable:
    """All labels, asked for single paths."""

    labels: tuple[Label, ...]

    @classmethod
    def read(cls, file: Path = LABELS_FILE) -> "LabelTable":
        """Read the table."""
        return cls.parsed(file.read_text(encoding="utf-8").splitlines())

    @classmethod
    def parsed(cls, lines: Iterable[str]) -> "LabelTable":
        """Return the table that stands in lines, of which the first names the columns."""
        return cls(tuple(_label(cells) for cells in table_rows(lines, COLUMNS)))

    def label(self, package: str, path: str) -> Label | None:
        """Return the first label that matches a path, or None."""
        for label in self.labels:
            if label.package == package and fnmatchcase(path, label.paths):
                return label
        return None


def table_rows(lines: Iterable[str], columns: int) -> Iterator[list[str]]:
    """Yield the cells of the rows of a tab-separated table, without column names and headings."""
    rows = [line for line in lines if line and not line.startswith("#")]
    for row in rows[1:]:
        cells = [cell.strip() for cell in row.split("\t")]
        yield cells + [""] * (columns - len(cells))


def phrases(cell: str) -> tuple[str, ...]:
    """Return the phrases of a cell, which semicolons part."""
    return tuple(phrase.strip() for phrase in cell.split(";") if phrase.strip())


def _label(cells: list[str]) -> Label:
    package, paths, concept, words, notes = cells
    return Label(package, paths, concept, phrases(words), notes)
