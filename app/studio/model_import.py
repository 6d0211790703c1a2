"""Models that come in as a file or a folder: chosen at once, and converted where that is needed."""

import re
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.views.texts.model_texts import ModelTexts
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from core.api.errors import TesseraError
from core.api.model_card import PICKLE_SUFFIXES, Place
from core.runtime.outside_file import read_beginning

_INDEX, _SAFETENSORS = "model_index.json", ".safetensors"
_LORA_NAME = re.compile(rb"[._]lora[._](?:A|B|down|up|linear_layer)\.")
"""The end of a tensor's name in a LoRA, as the programs write it."""
_BEGINNING_BYTES = 1 << 16


class ModelImport(QObject):
    """Puts models on the list that are dropped, opened or named at the start.

    Signals:
        failed: Why a model cannot be converted.
    """

    failed = Signal(object)

    def __init__(self, window: MainWindow, dialogs: MessageBoxes, parent: QObject) -> None:
        super().__init__(parent)
        self._window, self._dialogs = window, dialogs
        self._models = window.document.models
        self._texts = ModelTexts(self)
        self._offered = self._converting = ""
        self._models.current_changed.connect(self._on_described)
        self._models.changed.connect(self._on_changed)

    def offer(self, path: Path) -> None:
        """Make the next sounds with a model; ask first where it has to be converted."""
        self._offered = str(path)
        self._models.add_folder(self._offered)
        self._models.choose(self._offered)
        self._say(self.tr("{name} is the chosen model."), path)

    @Slot()
    def _on_described(self) -> None:
        model = self._models.current
        if model is None or model.source != self._offered:
            return
        self._offered = ""
        if model.place is not Place.UNCONVERTED or self._models.downloading:
            return  # one at a time: a run with this model asks once more
        question = self._texts.conversion_question(model.source, model.download_bytes, model.folder)
        if self._dialogs.agree(self._window, self._texts.conversion_title(), question):
            self._converting = model.source
            self._say(self.tr("Converting {name}…"), Path(model.source))
            self._models.download(model.source)

    @Slot()
    def _on_changed(self) -> None:
        """Say how a conversion ended."""
        if not self._converting or self._models.downloading:
            return
        path, self._converting = Path(self._converting), ""
        if self._models.problem:
            self.failed.emit(TesseraError(self._models.problem))
        else:
            self._say(self.tr("{name} is converted."), path)

    def _say(self, sentence: str, path: Path) -> None:
        self._window.status_line.say(sentence.format(name=path.name))


def is_model(path: Path) -> bool:
    """Whether a path is offered as a model: a folder, or a checkpoint by its ending."""
    return path.is_dir() or path.suffix.lower() in PICKLE_SUFFIXES


def is_lora(path: Path) -> bool:
    """Whether a path is offered as a LoRA: a file with its weights, or a folder of such alone."""
    if path.is_dir():
        return not (path / _INDEX).exists() and any(map(_holds_lora, path.glob("*")))
    return _holds_lora(path)


def _holds_lora(file: Path) -> bool:
    """Whether a file is a LoRA: any of safetensors, and a pickle whose tensors have such names.

    A pickle is not opened for that: its names are near its beginning, and are plain text.
    """
    if file.suffix.lower() not in PICKLE_SUFFIXES:
        return file.suffix.lower() == _SAFETENSORS
    try:
        return bool(_LORA_NAME.search(read_beginning(file, _BEGINNING_BYTES)))
    except OSError:
        return False
