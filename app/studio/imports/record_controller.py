"""Opens the dialog that records, and hands on what it has recorded."""

from datetime import datetime

from PySide6.QtCore import QObject, Slot

from app.studio.imports.recording_import import RecordingImport
from app.view_models.recording.recorder import FinishedRecording, Recorder
from app.view_models.recording.recording_model import RecordingModel
from app.view_models.settings_store import SettingsStore
from app.views.dialogs.record_dialog import RecordDialog
from app.views.texts.recording_texts import RecordingTexts
from app.views.widgets.message_boxes import MessageBoxes
from app.views.widgets.theme import DARK, Theme
from app.views.window.main_window import MainWindow


class RecordController(QObject):
    """Records.

    Args:
        window: The dialog opens over it.
        recorder: Listens and records.
        recordings: Makes takes of what was recorded.
        memory: What is remembered between starts.
        dialogs: Asks the person.

    Attributes:
        dialog: The dialog; None before it was first opened.
    """

    def __init__(
        self,
        window: MainWindow,
        recorder: Recorder,
        recordings: RecordingImport,
        memory: SettingsStore,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(window)
        self._window, self._recorder, self._recordings = window, recorder, recordings
        self._theme, self._dialogs = DARK, dialogs
        self._texts = RecordingTexts(self)
        self._model = RecordingModel(recorder, memory, window.document.transport, self)
        self.dialog: RecordDialog | None = None
        self._model.finished.connect(self._on_finished)
        window.actions_.record.triggered.connect(self.open)
        window.left.connect(self._on_left)

    @Slot()
    def open(self) -> RecordDialog:
        """Show the dialog over the window, which it does not block."""
        if self.dialog is None:
            self.dialog = RecordDialog(self._window, self._model, self._theme, self._dialogs)
            self.dialog.record_requested.connect(self._on_record_requested)
        if not self.dialog.isVisible():
            self._model.open()
            self.dialog.show()
        self.dialog.raise_()
        self.dialog.activateWindow()
        return self.dialog

    @Slot(Theme)
    def set_theme(self, theme: Theme) -> None:
        """Draw the dialog in other colours."""
        self._theme = theme
        if self.dialog is not None:
            self.dialog.set_theme(theme)

    def close(self) -> None:
        """Release the input; for the end of the process."""
        self._recorder.close()

    @Slot()
    def _on_left(self) -> None:
        """The window has closed. What is being recorded is kept for the next start."""
        if self.dialog is not None:
            self.dialog.hide()

    @Slot()
    def _on_record_requested(self) -> None:
        now = datetime.now().astimezone()
        name = self._texts.name(f"{now:%Y-%m-%d %H.%M.%S}")  # Windows allows no colon
        self._model.record(self._recordings.folder, name)

    @Slot(object)
    def _on_finished(self, recording: FinishedRecording) -> None:
        """Make a take of it; the dialog stays where something is wrong."""
        kept = recording.kept
        say = self._window.status_line.say
        if recording.trouble is not None:
            sentence = self._texts.ended(recording.trouble, kept.duration_s)
            say(sentence, is_urgent=True)
        else:
            sentence = self._texts.kept(kept.path.stem, kept.duration_s, recording.num_gaps)
            say(self._texts.reading(kept.path.stem))  # an hour takes some seconds
            if self.dialog is not None:
                self.dialog.accept()
        self._recordings.add(kept, sentence)
