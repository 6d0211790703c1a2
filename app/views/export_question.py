"""Where to save a take, and in which format: the desktop's own dialog, with our formats."""

import re
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QWidget

from app.exporter import ExportWish
from app.models.window_memory import WindowMemory
from app.views.dialogs import Dialogs
from core.audio_format import AudioFormat

_LONGEST_NAME = 60
_FOLDER, _FORMAT = "export/folder", "export/format"


class ExportQuestion(QObject):
    """Asks where to save; remembers folder and format for the next time."""

    def __init__(
        self, dialogs: Dialogs, memory: WindowMemory, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._dialogs = dialogs
        self._memory = memory

    def ask(self, parent: QWidget, prompt: str) -> ExportWish | None:
        """The person's wish; None when they thought better of it."""
        kinds = self.kinds()
        usual = kinds.get(self._memory.text(_FORMAT), kinds[AudioFormat.WAV_16])
        start = self._folder() / (file_name(prompt) + _suffix(self._format_of(usual)))
        answer = self._dialogs.ask_save_path(
            parent, self.tr("Export the sound"), str(start), list(kinds.values()), usual
        )
        if answer is None:
            return None
        path, kind = Path(answer[0]), self._format_of(answer[1])
        if path.suffix.lower() != _suffix(kind):
            path = path.with_name(path.name + _suffix(kind))
        self._memory.keep(_FOLDER, str(path.parent))
        self._memory.keep(_FORMAT, str(kind))
        return ExportWish(path, kind)

    def kinds(self) -> dict[str, str]:
        """Each format as a file dialog offers it."""
        return {
            AudioFormat.WAV_16: self.tr("WAV, 16 bit (*.wav)"),
            AudioFormat.WAV_24: self.tr("WAV, 24 bit (*.wav)"),
            AudioFormat.WAV_FLOAT: self.tr("WAV, 32 bit float (*.wav)"),
            AudioFormat.FLAC_16: self.tr("FLAC, 16 bit (*.flac)"),
            AudioFormat.FLAC_24: self.tr("FLAC, 24 bit (*.flac)"),
            AudioFormat.OGG: self.tr("Ogg Vorbis (*.ogg)"),
        }

    def _format_of(self, kind: str) -> AudioFormat:
        kinds = {text: AudioFormat(name) for name, text in self.kinds().items()}
        return kinds.get(kind, AudioFormat.WAV_16)

    def _folder(self) -> Path:
        music = QStandardPaths.StandardLocation.MusicLocation
        default = QStandardPaths.writableLocation(music) or str(Path.home())
        folder = Path(self._memory.text(_FOLDER, default))
        return folder if folder.is_dir() else Path.home()


def file_name(prompt: str) -> str:
    """A prompt as a file name that every system takes: `Organ, slow` becomes `organ-slow`."""
    words = re.sub(r"[^\w]+", "-", prompt.lower()).strip("-_")[:_LONGEST_NAME].rstrip("-_")
    return words or "tessera"


def _suffix(audio_format: AudioFormat) -> str:
    return f".{audio_format.container.lower()}"
