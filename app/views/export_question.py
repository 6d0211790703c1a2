"""Where to save a take, and in which format: the desktop's own dialog, with our formats."""

import re
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths
from PySide6.QtWidgets import QWidget

from app.exporter import ExportWish
from app.models.window_memory import WindowMemory
from app.views.dialogs import Dialogs
from core.audio_format import AudioFormat

_LONGEST_NAME = 60
_FOLDER, _FORMAT = "export/folder", "export/format"


class ExportQuestion:
    """Asks where to save; remembers folder and format for the next time."""

    def __init__(self, dialogs: Dialogs, memory: WindowMemory) -> None:
        self._dialogs = dialogs
        self._memory = memory

    def ask(self, parent: QWidget, prompt: str) -> ExportWish | None:
        """The person's wish; None when they thought better of it."""
        kinds = format_kinds()
        usual = kinds.get(self._memory.text(_FORMAT), kinds[AudioFormat.WAV_16])
        start = self._folder() / (file_name(prompt) + _suffix(_format_of(usual)))
        answer = self._dialogs.ask_save_path(
            parent, _tr("Export the sound"), str(start), list(kinds.values()), usual
        )
        if answer is None:
            return None
        path, kind = Path(answer[0]), _format_of(answer[1])
        if path.suffix.lower() != _suffix(kind):
            path = path.with_name(path.name + _suffix(kind))
        self._memory.keep(_FOLDER, str(path.parent))
        self._memory.keep(_FORMAT, str(kind))
        return ExportWish(path, kind)

    def _folder(self) -> Path:
        music = QStandardPaths.StandardLocation.MusicLocation
        default = QStandardPaths.writableLocation(music) or str(Path.home())
        folder = Path(self._memory.text(_FOLDER, default))
        return folder if folder.is_dir() else Path.home()


def format_kinds() -> dict[str, str]:
    """Each format as a file dialog offers it."""
    return {
        AudioFormat.WAV_16: _tr("WAV, 16 bit (*.wav)"),
        AudioFormat.WAV_24: _tr("WAV, 24 bit (*.wav)"),
        AudioFormat.WAV_FLOAT: _tr("WAV, 32 bit float (*.wav)"),
        AudioFormat.FLAC_16: _tr("FLAC, 16 bit (*.flac)"),
        AudioFormat.FLAC_24: _tr("FLAC, 24 bit (*.flac)"),
        AudioFormat.OGG: _tr("Ogg Vorbis (*.ogg)"),
    }


def file_name(prompt: str) -> str:
    """A prompt as a file name that every system takes: `Organ, slow` becomes `organ-slow`."""
    words = re.sub(r"[^\w]+", "-", prompt.lower()).strip("-_")[:_LONGEST_NAME].rstrip("-_")
    return words or "tessera"


def _format_of(kind: str) -> AudioFormat:
    kinds = {text: AudioFormat(name) for name, text in format_kinds().items()}
    return kinds.get(kind, AudioFormat.WAV_16)


def _suffix(audio_format: AudioFormat) -> str:
    return f".{audio_format.container.lower()}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("ExportQuestion", text)
