"""The composition root: builds every part of the studio and connects them."""

import signal
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices, QFont, QFontDatabase, QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from app.library.layout import library_folder
from app.library.library_worker import LibraryWorker
from app.paths import FONTS, ICONS
from app.playback.player import Player
from app.session.engine_worker import EngineFactory, make_tessera_engine
from app.session.library_sync import LibrarySync
from app.session.model_store_worker import ModelStoreWorker, make_model_store
from app.session.session import Session
from app.session.take_editor import EditStep, TakeEditor
from app.studio.diagnostics import error_report, log_folder, start_logging, tell_unexpected_errors
from app.studio.drag_and_copy import DragAndCopy
from app.studio.file_export import FileExport
from app.studio.file_import import FileImport
from app.studio.garbage_collector import GarbageCollector
from app.studio.licences import licence_texts
from app.studio.theme_controller import ThemeController
from app.studio.translation import install_translation
from app.studio.window_commands import WindowCommands
from app.view_models.drafts.engine_preferences import EnginePreferences, remembered_engine
from app.view_models.language import remembered_language
from app.view_models.settings_store import SettingsStore
from app.view_models.takes.run_timing import RunTiming
from app.view_models.transport.transport import Playback
from app.view_models.viewer.opened_take import OpenedTake
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.edit_actions import EditActions
from app.views.window.main_window import MainWindow
from core.version import __version__

_PREPARE_AFTER_MS = 50  # the window is painted by then
_FAMILY = "Inter"
_CHINESE_FAMILY = "Tessera Han"  # for what the first has no glyphs for


class Studio(QObject):
    """All parts of the running application.

    Args:
        application: Qt's application.
        make_engine: Builds the engine, in its own thread.
        playback: The sound output.
        memory: What is remembered between starts.
        dialogs: Asks the person.

    Attributes:
        session: The document.
        archive: Its library.
        window: The window.
        outgoing: Exports.
        take_editor: What edits its takes.
        reception: Files that come in.
        hand_over: Drags and copies.
        habits: Palette, shortcuts and the like.
    """

    _unexpected = Signal(object)

    def __init__(
        self,
        application: QApplication,
        make_engine: EngineFactory,
        playback: Playback,
        memory: SettingsStore,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__()
        self._appearance = ThemeController(application, memory)
        self.session = Session(make_engine, playback)
        self._engine_memory = EnginePreferences(self.session.engine_draft, memory, self)
        self.session.estimate.use_timing(RunTiming(memory))
        self._shelf_keeper = ModelStoreWorker(self.session.models, make_model_store, self)
        self.archive = LibrarySync(self.session, LibraryWorker(library_folder(memory)))
        self.window = MainWindow(self.session, memory, dialogs, self._appearance.theme)
        self._dialogs = dialogs
        self.outgoing = FileExport(self.window, dialogs, memory)
        self.reception = FileImport(self.window, dialogs)
        self.hand_over = DragAndCopy(self.window)
        self._appearance.changed.connect(self.window.set_theme)
        self.window.theme_chosen.connect(self._appearance.choose)
        self.window.log_folder_requested.connect(self._on_log_folder_requested)
        self.window.copy_requested.connect(self._on_copy_requested)
        self.window.licences_requested.connect(self._on_licences_requested)
        self.window.about_requested.connect(self._on_about_requested)
        self.window.take_requested.connect(self.archive.show)
        self.window.comparison_requested.connect(self.archive.compare)
        self.archive.failed.connect(self._on_unexpected)
        self.archive.opened.connect(self._on_library_opened)
        self.outgoing.failed.connect(self._on_unexpected)
        self.take_editor = TakeEditor(self.session, self)
        self.edit_actions = EditActions(self.take_editor, self.window)
        self.edit_actions.fill_menu(self.window.actions_.edit_menu)
        self.reception.failed.connect(self._on_unexpected)
        self.hand_over.failed.connect(self._on_unexpected)
        self.habits = WindowCommands(self.window, self.archive.library_worker, memory, dialogs)
        self.take_editor.edited.connect(self._on_edited)
        self.outgoing.written.connect(self.habits.recent.add)
        self.session.stopped.connect(application.quit)
        self._unexpected.connect(self._on_unexpected)

    def open(self) -> None:
        """Show the window, and prepare the engine behind it."""
        self.window.show()
        self.archive.open()
        QTimer.singleShot(_PREPARE_AFTER_MS, self.session.prepare_engine)
        QTimer.singleShot(_PREPARE_AFTER_MS, self.session.models.describe_current)

    def join(self) -> None:
        """Wait for all threads; for the end of the process."""
        self.outgoing.wait()
        self.take_editor.wait()
        self.reception.wait()
        self.hand_over.close()
        self._shelf_keeper.join()
        self.session.join()
        self.archive.close()

    def tell_error(self, error: BaseException) -> None:
        """Show an error nobody foresaw; from any thread."""
        self._unexpected.emit(error)

    @Slot(str)
    def _on_library_opened(self, notice: str) -> None:
        """Say what happened to the library, where something did."""
        if notice:
            self._dialogs.tell(self.window, self.tr("The library"), notice)

    @Slot(object)
    def _on_unexpected(self, error: Exception) -> None:
        self.session.status.note_failure(error)

    @Slot(object, object)
    def _on_edited(self, before: OpenedTake, after: OpenedTake) -> None:
        """Show what came of an edit, as a step that can be undone."""
        edit = after.take.request.edits[-1]
        name = self.edit_actions.name_of(edit.kind)
        show = partial(self.take_editor.show, edit=edit)
        self.habits.steps.stack.push(EditStep(name, before, after, show))

    @Slot()
    def _on_log_folder_requested(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(log_folder())))

    @Slot()
    def _on_copy_requested(self) -> None:
        error = self.session.status.error
        if error is not None:
            QGuiApplication.clipboard().setText(error_report(error, self.session.last_request))
            self.window.status_line.say(self.tr("The details are on the clipboard."))

    @Slot()
    def _on_licences_requested(self) -> None:
        self._dialogs.read(self.window, self.tr("Third-party licences"), licence_texts())

    @Slot()
    def _on_about_requested(self) -> None:
        sentence = self.tr(
            "Tessera {version} makes sound of any length with AudioLDM models.\n"
            "Apache License 2.0. Models come under licences of their own."
        )
        self._dialogs.tell(
            self.window, self.tr("About Tessera"), sentence.format(version=__version__)
        )


def main(file: Path | None = None) -> int:
    """Open the studio, and return its exit code once it is closed.

    Args:
        file: A sound, or settings, to begin with, as if it was dropped onto the window.
    """
    start_logging()
    application = make_application(sys.argv)
    memory = SettingsStore(QSettings())
    install_translation(application, remembered_language(memory))
    make_engine = partial(make_tessera_engine, remembered_engine(memory))
    studio = Studio(application, make_engine, Player(), memory, MessageBoxes())
    tell_unexpected_errors(studio.tell_error)
    _close_on_interrupt(studio)
    studio.open()
    if file is None:
        studio.habits.welcome()
    else:
        studio.reception.offer(file)
    code = application.exec()
    studio.join()
    return code


def make_application(arguments: list[str]) -> QApplication:
    """Qt's application under our name, with our font and mark."""
    application = QApplication(arguments)
    application.setApplicationName("Tessera")
    application.setApplicationVersion(__version__)
    application.setOrganizationName("Tessera")
    application.setDesktopFileName("tessera")
    application.setWindowIcon(QIcon(str(ICONS / "tessera.svg")))
    application.setQuitOnLastWindowClosed(False)  # the engine's thread has the last word
    GarbageCollector(application)
    _load_fonts(application)
    return application


def _load_fonts(application: QApplication) -> None:
    """Use the fonts that come along: a bare system has none, and every letter is a box."""
    for path in sorted((*FONTS.glob("*.otf"), *FONTS.glob("*.ttf"))):
        QFontDatabase.addApplicationFont(str(path))
    if _FAMILY in QFontDatabase.families():
        font = QFont([_FAMILY, _CHINESE_FAMILY])
        font.setFeature(QFont.Tag("tnum"), 1)  # figures of one width: clocks stand still
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        application.setFont(font)


def _close_on_interrupt(studio: Studio) -> None:
    """Let Ctrl+C in a terminal close the window as its own button does."""
    signal.signal(signal.SIGINT, lambda *_: studio.window.close())
    wake_up = QTimer(studio, interval=250)  # Python sees signals only between its own steps
    wake_up.setTimerType(Qt.TimerType.CoarseTimer)
    wake_up.timeout.connect(lambda: None)
    wake_up.start()
