"""`tessera self-test`: opens the studio, makes a sound and exports it, without a person.

It shows that an installation works, and prints a word after each step so that its time can be
measured. The person's settings and library are left alone, unless `--at-home` is given.
"""

import sys
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from app.library.layout import FOLDER_KEY
from app.playback.player import Player
from app.session.engine_worker import make_tessera_engine
from app.studio.application import Studio, make_application
from app.studio.diagnostics import start_logging
from app.view_models.settings_store import SettingsStore
from app.view_models.takes.session_state import SessionState
from app.views.widgets.message_boxes import MessageBoxes

FAILED = 1
TIMEOUT_MS = 15 * 60 * 1000
REQUEST = {"prompt": "church organ", "duration_s": 2.0, "num_inference_steps": 4}


class ScriptedMessageBoxes(MessageBoxes):
    """Answers every question itself: accepts dialogs, and saves to one path."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def fill_in(self, dialog: QDialog) -> bool:
        """Accept the dialog as it is."""
        return True

    def ask_save_path(
        self, parent: QWidget, title: str, start: str, kinds: list[str], kind: str
    ) -> tuple[str, str]:
        """Return the path of the constructor, in the default format."""
        return str(self._path), kind


class SelfTest(QObject):
    """Opens the studio, generates a short sound, exports it and takes a picture of the window.

    Args:
        studio: The studio, not open yet; nobody needs to answer its dialogs.
        folder: Where sound.wav and window.png go; it exists.

    Signals:
        ended: An empty text when all went well, else the reason.
    """

    ended = Signal(str)

    def __init__(self, studio: Studio, folder: Path) -> None:
        super().__init__()
        self._studio = studio
        self._folder = folder
        self._timeout = QTimer(self, singleShot=True, interval=TIMEOUT_MS)
        self._timeout.timeout.connect(lambda: self.ended.emit("it takes far too long."))
        studio.session.engine_prepared.connect(self._on_prepared)
        studio.session.document.state.changed.connect(self._on_state_changed)
        studio.file_export.written.connect(self._on_exported)
        studio.session.document.status.changed.connect(self._on_status_changed)

    def start(self) -> None:
        """Open the window; the studio's signals trigger the further steps."""
        self._timeout.start()
        self._studio.open()
        QTimer.singleShot(0, lambda: _print_step("window"))  # once it is painted and takes clicks

    @Slot()
    def _on_prepared(self) -> None:
        _print_step("prepared")
        self._studio.session.document.draft.fill(REQUEST)
        self._studio.window.actions_.generate.trigger()

    @Slot(SessionState)
    def _on_state_changed(self, state: SessionState) -> None:
        if state is SessionState.IDLE and self._studio.session.document.shown.take is not None:
            _print_step("generated")
            self._studio.window.actions_.export.trigger()

    @Slot()
    def _on_status_changed(self) -> None:
        if self._studio.session.document.status.error is not None:
            self.ended.emit(str(self._studio.session.document.status.error))

    @Slot(Path)
    def _on_exported(self, path: Path) -> None:
        _print_step(f"exported {path.name}")
        pictured = self._studio.window.grab().save(str(self._folder / "window.png"))
        self.ended.emit("" if pictured else "the window cannot be pictured.")


def run(folder: Path, *, at_home: bool = False) -> int:
    """Run the test; return 0 if sound.wav and window.png were written into `folder`.

    Args:
        folder: Where they go.
        at_home: Use the person's own settings and library, and keep the sound there; else use
            temporary ones.
    """
    start_logging()
    folder.mkdir(parents=True, exist_ok=True)
    application = make_application(sys.argv[:1])
    with tempfile.TemporaryDirectory() as scratch:
        settings = QSettings() if at_home else _scratch_settings(scratch)
        dialogs = ScriptedMessageBoxes(folder / "sound.wav")
        player = Player()
        studio = Studio(application, make_tessera_engine, player, SettingsStore(settings), dialogs)
        sentences = _try(application, studio, folder)
    for sentence in sentences:
        print(f"tessera: the self-test failed: {sentence}", file=sys.stderr)
    return FAILED if sentences else 0


def _scratch_settings(folder: str) -> QSettings:
    settings = QSettings(f"{folder}/settings.ini", QSettings.Format.IniFormat)
    settings.setValue(FOLDER_KEY, f"{folder}/library")
    return settings


def _try(application: QApplication, studio: Studio, folder: Path) -> list[str]:
    """Run the test and return the reasons of failure."""
    failures: list[str] = []

    def end(sentence: str) -> None:
        if sentence:
            failures.append(sentence)
        studio.window.close()

    self_test = SelfTest(studio, folder)
    self_test.ended.connect(end)
    self_test.start()
    application.exec()
    studio.join()
    _print_step("closed")
    return failures


def _print_step(step: str) -> None:
    """Print one step, flushed so that its time can be measured."""
    print(step, flush=True)
