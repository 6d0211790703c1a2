"""Under which terms a recording may be used, read from its package's copyright file.

The files follow Debian's machine-readable format: paragraphs of fields, of which those with
"Files" say what holds for the paths that match their patterns; the last one that matches counts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from core.api.errors import TesseraError

_ALLOWED = re.compile(
    r"CC0(-1\.0)?|public[ -]domain|PD|MIT|Expat|BSD-[234]-clause"
    r"|CC-BY(-SA)?-[234]\.\d(\+|-AU|-us)?",
    re.IGNORECASE,
)
"""The licences that training data may have; a name must match as a whole."""
_USUAL_NAMES = {
    "cc0": "CC0-1.0",
    "expat": "MIT",
    "pd": "public-domain",
    "public-domain": "public-domain",
}
_SPOKEN = {
    "Creative Commons Zero 1.0": "CC0-1.0",
    "Creative Commons Attribution 3.0": "CC-BY-3.0",
    "Creative Commons Attribution 3.0 Unported": "CC-BY-3.0",
    "Creative Commons Attribution-ShareAlike 3.0 Unported": "CC-BY-SA-3.0",
}
"""Licences as OpenSFX writes them into the names of its sounds."""
_NAMES_OWN_TERMS = re.compile(r'^"[^"]*"\. (?P<authors>.*) License: (?P<licence>.*?)\.( .*)?\.wav$')


class LicenceError(TesseraError):
    """A recording that is to be trained on and must not be."""

    def __init__(self, package: str, path: str, licence: str) -> None:
        super().__init__(
            f"{package}: {path} is under {licence}, which the bundled model must not learn from."
        )


@dataclass(frozen=True)
class Terms:
    """What a copyright file says of some paths.

    Attributes:
        licence: The licence's short name, or an expression with "or" and "and".
        authors: Whom to name.
    """

    licence: str
    authors: str


@dataclass(frozen=True)
class _Paragraph:
    patterns: tuple[str, ...]
    terms: Terms


class CopyrightFile:
    """A package's copyright file, asked for the terms of single paths."""

    def __init__(self, text: str) -> None:
        self._paragraphs = tuple(_paragraphs(text))

    @classmethod
    def read(cls, path: Path) -> "CopyrightFile":
        """Read the file of an unpacked package."""
        return cls(path.read_text(encoding="utf-8"))

    def terms(self, path: str) -> Terms:
        """Return the terms of a path of the source's tree; unknown where nothing matches."""
        own = _NAMES_OWN_TERMS.match(path.rpartition("src/wav/")[2])
        if own is not None:
            licence = own["licence"]
            return Terms(_SPOKEN.get(licence, licence), own["authors"].rstrip("."))
        for paragraph in reversed(self._paragraphs):
            if any(fnmatchcase(path, pattern) for pattern in paragraph.patterns):
                return paragraph.terms
        return Terms("unknown", "")


def chosen_licence(expression: str) -> str | None:
    """Return the part of a licence expression that allows training on it, or None.

    Of alternatives ("or") one is enough; of what holds together ("and") all must be allowed.
    The names are those of SPDX where it has one; "or any later version" is left out of them.
    """
    for alternative in re.split(r"\s+or\s+", expression, flags=re.IGNORECASE):
        names = re.split(r"\s+and\s+", alternative.strip(), flags=re.IGNORECASE)
        if all(_ALLOWED.fullmatch(name) for name in names):
            return " and ".join(_spdx_name(name) for name in names)
    return None


def _spdx_name(name: str) -> str:
    """Return a licence's usual name; a usual name stays as it is."""
    plain = name.removesuffix("+")
    return _USUAL_NAMES.get(plain.lower().replace(" ", "-"), plain)


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    for block in re.split(r"\n\s*\n", text):
        fields = _fields(block)
        if "Files" in fields and "License" in fields:
            authors = "; ".join(line for line in fields.get("Copyright", []) if line)
            licence = (*fields["License"], "unknown")[0]
            yield _Paragraph(tuple(_patterns(fields["Files"])), Terms(licence, authors))


def _fields(block: str) -> dict[str, list[str]]:
    """Return the lines of every field of a paragraph, without the empty first ones."""
    fields: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in block.split("\n"):
        field = re.match(r"(?P<name>[A-Za-z-]+):\s*(?P<value>.*)", line)
        if field:
            lines = fields.setdefault(field["name"], [])
        value = field["value"] if field else line
        if value.strip():
            lines.append(" ".join(value.split()))
    return fields


def _patterns(lines: list[str]) -> Iterator[str]:
    """Yield the patterns of a "Files" field.

    They are parted by spaces; names with spaces stand on a line of their own, so that every line
    counts as a whole too. Only `*` and `?` are special in them.
    """
    for line in lines:
        for pattern in {line, *line.split()}:
            yield pattern.replace("[", "[[]").removeprefix("./")
