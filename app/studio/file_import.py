"""What comes in: settings are filled in, sounds become a source, models are chosen."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.session.session import Session
from app.studio.file_reader import FileReader
from app.studio.model_import import ModelImport
from app.view_models.viewer.opened_source import OpenedSource
from app.views.texts.source_texts import SourceTexts
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from core.api.errors import InvalidRequestError
from core.api.lora import Lora
from core.api.request import GenerationRequest

if TYPE_CHECKING:  # opens libsndfile, which the start need not wait for
    from core.sound_files.file_inspection import IncomingFile


class FileImport(QObject):
    """Uses files that are dropped, pasted or named at the start.

    Signals:
        failed: Why a file cannot be used.
    """

    failed = Signal(object)

    def __init__(self, window: MainWindow, session: Session, dialogs: MessageBoxes) -> None:
        super().__init__(window)
        self._window, self._dialogs = window, dialogs
        self._session, self._draft = session, window.document.draft
        self._source: Path | None = None
        self._is_waiting = False
        self._source_texts = SourceTexts(self)
        self._model_import = ModelImport(window, dialogs, self)
        self._model_import.failed.connect(self.failed)
        self._reader = FileReader(self)
        self._reader.looked.connect(self._on_looked)
        self._reader.previewed.connect(self._on_previewed)
        self._reader.failed.connect(self._on_failed)
        window.file_offered.connect(self.offer)
        window.actions_.paste.triggered.connect(self._on_paste)
        self._draft.changed.connect(self._on_draft_changed)
        self._session.engine_prepared.connect(self._on_engine_prepared)

    def wait(self) -> None:
        """Cancel what is being read, and wait; for the end of the process."""
        self._reader.wait()

    @Slot(Path)
    def offer(self, path: Path) -> None:
        """Find out in another thread what a file is, and use it."""
        self._reader.look(path)

    def _add_lora(self, path: Path) -> None:
        try:
            self._draft.set_value("loras", (*self._draft.value("loras"), Lora(str(path))))
        except InvalidRequestError as error:
            self.failed.emit(error)
        else:
            self._window.status_line.say(
                self.tr("{name} is added to the LoRAs.").format(name=path.name)
            )

    @Slot()
    def _on_paste(self) -> None:
        if not self._window.file_drops.take(QGuiApplication.clipboard().mimeData()):
            self._window.status_line.say(
                self.tr("There is no file on the clipboard; copy a sound or its settings first.")
            )

    @Slot(object)
    def _on_looked(self, incoming: "IncomingFile") -> None:
        self._window.document.status.clear_failure()
        if incoming.is_lora:
            self._add_lora(incoming.path)
        elif incoming.is_model:
            self._model_import.offer(incoming.path)
        else:
            self._use_sound_and_settings(incoming)

    def _use_sound_and_settings(self, incoming: "IncomingFile") -> None:
        wants_source = incoming.facts is not None
        if incoming.request is not None:
            if incoming.facts is None:
                wants_source, wants_settings = False, True
            else:
                answer = self._ask(incoming)
                if answer is None:
                    return
                wants_settings, wants_source = answer == 0, answer == 1
            if wants_settings:
                self._restore(incoming, incoming.request)
        if wants_source:
            self._show_as_source(incoming.path)

    def _ask(self, incoming: "IncomingFile") -> int | None:
        """0 for the settings, 1 for the source; None for neither."""
        request = incoming.request or GenerationRequest()
        question = self.tr(
            "{name} was made by Tessera: {prompt}.\n\nFill in the settings that made it, or "
            "start from its sound?"
        ).format(
            name=incoming.path.name,
            prompt=f"“{request.prompt}”" if request.prompt else self.tr("without a prompt"),
        )
        answers = [self.tr("Fill in its settings"), self.tr("Start from its sound")]
        return self._dialogs.choose(
            self._window, self.tr("Open {name}").format(name=incoming.path.name), question, answers
        )

    def _restore(self, incoming: "IncomingFile", request: GenerationRequest) -> None:
        self._draft.fill(replace(request, edits=()).to_dict())
        self._draft.set_seed_locked(True)
        sentence = self.tr("The settings of {name} are filled in.").format(name=incoming.path.name)
        reasons = {
            "init_audio": self.tr("The sound it started from is not here."),
            "model": self.tr("Its model lies on a network; the bundled one stands in."),
            "loras": self.tr("A LoRA that it used is not here."),
        }
        left_out = [reasons[field] for field in incoming.left_out]
        self._window.status_line.say(" ".join([sentence, *left_out]))

    def _show_as_source(self, path: Path) -> None:
        if self._draft.value("init_audio") == str(path):
            self._preview(path)
        else:
            self._draft.set_value("init_audio", str(path))

    @Slot(str)
    def _on_draft_changed(self, field: str) -> None:
        if field == "init_audio":
            source = self._draft.value("init_audio")
            self._preview(Path(source) if source else None)

    def _preview(self, source: Path | None) -> None:
        self._source = source
        self._reader.stop()
        if source is None:
            self._session.viewer.leave_source()
        elif self._session.engine_ready:
            self._reader.preview(source)
        else:
            self._is_waiting = True  # torch is being imported, and must not be twice at once

    @Slot()
    def _on_engine_prepared(self) -> None:
        if self._is_waiting and self._source is not None:
            self._reader.preview(self._source)
        self._is_waiting = False

    @Slot(object)
    def _on_previewed(self, preview: OpenedSource) -> None:
        if preview.path == self._source:
            self._session.viewer.show_source(preview)
            if flaws := self._source_texts.flaws(preview):
                self._window.status_line.say(f"{preview.path.name}: {flaws}")

    @Slot(Path, object)
    def _on_failed(self, path: Path, error: Exception) -> None:
        if self._draft.value("init_audio") == str(path):
            self._draft.set_value("init_audio", None)
        self.failed.emit(error)
