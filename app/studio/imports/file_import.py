"""What comes in: settings are filled in, sounds are opened as takes, models are chosen."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication

from app.session.session import Session
from app.studio.imports.file_reader import FileReader
from app.studio.imports.model_import import ModelImport
from app.view_models.viewer.opened_source import OpenedSource
from app.view_models.viewer.opened_take import OpenedTake
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

    Args:
        window: Where they are dropped.
        session: Shows what they hold.
        dialogs: Asks the person.
        sound_of: The library's file of a take, by its name; None = there is no library.

    Signals:
        opened: A sound was opened.
        failed: Why a file cannot be used.
        arrangement_offered: The folder of an arrangement should be opened, or its file.
    """

    opened = Signal(Path)
    failed = Signal(object)
    arrangement_offered = Signal(Path)

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        dialogs: MessageBoxes,
        sound_of: Callable[[str], Path] | None = None,
    ) -> None:
        super().__init__(window)
        self._window, self._dialogs, self._sound_of = window, dialogs, sound_of
        self._session, self._draft = session, window.document.draft
        self._source: Path | None = None
        self._waits_for_engine: Callable[[], None] | None = None
        self._source_texts = SourceTexts(self)
        self._model_import = ModelImport(window, dialogs, self)
        self._model_import.failed.connect(self.failed)
        self._reader = FileReader(self)
        self._reader.looked.connect(self._on_looked)
        self._reader.previewed.connect(self._on_previewed)
        self._reader.opened.connect(self._on_opened)
        self._reader.failed.connect(self._on_failed)
        window.file_offered.connect(self.offer)
        window.actions_.paste.triggered.connect(self._on_paste)
        window.actions_.start_from.triggered.connect(self._on_start_from)
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
        elif incoming.is_arrangement:
            self.arrangement_offered.emit(incoming.path)
        else:
            self._use_sound_and_settings(incoming)

    def _use_sound_and_settings(self, incoming: "IncomingFile") -> None:
        wants_sound = incoming.facts is not None
        if incoming.request is not None:
            if incoming.facts is None:
                wants_sound, wants_settings = False, True
            else:
                answer = self._ask(incoming)
                if answer is None:
                    return
                wants_settings, wants_sound = answer == 0, answer == 1
            if wants_settings:
                self._restore(incoming, incoming.request)
        if wants_sound:
            self._when_engine_is_ready(lambda: self._reader.open_recording(incoming.path))

    def _ask(self, incoming: "IncomingFile") -> int | None:
        """0 for the settings, 1 for the sound; None for neither."""
        request = incoming.request or GenerationRequest()
        question = self.tr(
            "{name} was made by Tessera: {prompt}.\n\nFill in the settings that made it, or "
            "open its sound?"
        ).format(
            name=incoming.path.name,
            prompt=f"“{request.prompt}”" if request.prompt else self.tr("without a prompt"),
        )
        answers = [self.tr("Fill in its settings"), self.tr("Open its sound")]
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
            "recording": self.tr("The recording that it was made of is not here."),
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
        self._waits_for_engine = None
        if source is None:
            self._session.viewer.leave_source()
        else:
            self._when_engine_is_ready(lambda: self._reader.preview(source))

    def _when_engine_is_ready(self, read: Callable[[], None]) -> None:
        """Read now, or later: while torch is being imported, it must not be twice at once."""
        if self._session.engine_ready:
            read()
        else:
            self._waits_for_engine = read

    @Slot()
    def _on_engine_prepared(self) -> None:
        read, self._waits_for_engine = self._waits_for_engine, None
        if read is not None:
            read()

    @Slot(object)
    def _on_previewed(self, preview: OpenedSource) -> None:
        if preview.path == self._source:
            self._session.viewer.show_source(preview)
            if flaws := self._source_texts.flaws(preview):
                self._window.status_line.say(f"{preview.path.name}: {flaws}")

    @Slot(object, str)
    def _on_opened(self, opened: OpenedTake, notices: str) -> None:
        path = Path(opened.take.request.recording or "")
        self._session.add_opened(opened)
        sentence = self.tr("{name} is open: what you do not change of it stays as it is.")
        self._window.status_line.say(notices or sentence.format(name=path.name))
        self.opened.emit(path)

    @Slot()
    def _on_start_from(self) -> None:
        """Let the recording on show be what the next sound starts from.

        Its file may be gone, or it was recorded and never had one: then the library's serves.
        """
        shown = self._window.document.shown
        if shown.request is not None and shown.request.recording is not None:
            path = Path(shown.request.recording)
            if self._sound_of is not None and not path.is_file():
                path = self._sound_of(shown.take_id)
            self._show_as_source(path)

    @Slot(Path, object)
    def _on_failed(self, path: Path, error: Exception) -> None:
        if self._draft.value("init_audio") == str(path):
            self._draft.set_value("init_audio", None)
        self.failed.emit(error)
