"""Models that come in as a file or a folder: chosen at once, and converted where that is needed."""

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.views.texts.model_texts import ModelTexts
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from core.api.errors import TesseraError
from core.api.model_card import Place


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
