"""What comes in by a drop or from the clipboard: a file of this computer, others, or an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl

_USUAL_SOUNDS = (".wav", ".wave", ".flac", ".ogg", ".oga", ".opus", ".mp3")
_RARE_SOUNDS = (".aif", ".aiff", ".aifc", ".au", ".caf", ".rf64", ".w64")


@dataclass(frozen=True, slots=True)
class IncomingFiles:
    """Files and addresses that were dropped or pasted.

    Attributes:
        path: The one to open: the first sound, else the first file; None where all lie elsewhere.
        count: How many there are.
    """

    path: Path | None
    count: int


def incoming_files(data: QMimeData | None) -> IncomingFiles | None:
    """Return what files and addresses there are; None for a text, or anything else."""
    urls = _urls(data) if data is not None else []
    if not urls:
        return None
    return IncomingFiles(_first_sound([url.toLocalFile() for url in urls]), len(urls))


def _urls(data: QMimeData) -> list[QUrl]:
    """The addresses, also of programs that give that of a file only as a text."""
    text = data.text().strip() if data.hasText() and not data.hasUrls() else ""
    is_file = text.startswith("file://") and len(text.splitlines()) == 1
    return [QUrl(text)] if is_file else [url for url in data.urls() if not url.isEmpty()]


def _first_sound(names: Sequence[str]) -> Path | None:
    paths = [Path(name) for name in names if name]
    sounds = [path for path in paths if path.name.lower().endswith(_USUAL_SOUNDS + _RARE_SOUNDS)]
    return next(iter([*sounds, *paths]), None)
