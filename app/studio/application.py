"""The composition root: builds every part of the studio and joins them."""

import os
import signal
import sys
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSettings, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication

from app.arranging.arrangement_commands import ArrangementCommands
from app.arranging.arrangement_keeper import ArrangementKeeper
from app.arranging.arranger import Arranger
from app.arranging.layer_renewal import LayerRenewal
from app.library.layout import library_folder
from app.library.library_worker import LibraryWorker
from app.paths import FONTS, ICONS
from app.playback.player import Player
from app.playback.sound_output import SoundDeviceOutput
from app.portaudio.port_audio import PortAudio
from app.recording.device_recorder import DeviceRecorder
from app.recording.sound_input import SoundDeviceInput
from app.session.engine_worker import EngineFactory, make_tessera_engine
from app.session.library_sync import LibrarySync
from app.session.measurement_workers import LoudnessWorker, SpectrumWorker
from app.session.model_store_worker import ModelStoreWorker, make_model_store
from app.session.session import Session
from app.session.take_editor import TakeEditor
from app.studio.diagnostics import report_unexpected_errors, start_logging
from app.studio.exports.arrangement_export import ArrangementExport
from app.studio.exports.drag_and_copy import DragAndCopy
from app.studio.exports.file_export import FileExport
from app.studio.garbage_collector import GarbageCollector
from app.studio.help_commands import HelpCommands
from app.studio.imports.file_import import FileImport
from app.studio.imports.record_controller import RecordController
from app.studio.imports.recording_import import RecordingImport
from app.studio.take_commands import TakeCommands
from app.studio.theme_controller import ThemeController
from app.studio.translation import install_translation
from app.studio.window_commands import WindowCommands
from app.studio.window_to_session import connect_editor, connect_library, connect_window
from app.view_models.drafts.engine_preferences import EnginePreferences, remembered_engine
from app.view_models.language import remembered_language
from app.view_models.recording.recorder import Recorder
from app.view_models.settings_store import SettingsStore
from app.view_models.takes.run_timing import RunTiming
from app.view_models.transport.playback import Playback
from app.views.widgets.accessibility import install_roles
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow
from core.runtime.part_files import remove_leftovers
from core.version import __version__

_PREPARE_AFTER_MS = 50  # the window is painted by then
_FAMILY = "Inter"
_CHINESE_FAMILY = "Tessera Han"  # for what the first has no glyphs for


class Studio(QObject):
    """All parts of the running application, built and joined. Nothing else is done here.

    Args:
        application: Qt's application.
        make_engine: Builds the engine, in its own thread.
        playback: The sound output.
        memory: What is remembered between starts.
        dialogs: Asks the person.
        recorder: The sound input; the system's when None.

    Attributes:
        session: The document at work.
        library: Its queue and history on the disk.
        theme: Light or dark.
        window: The window.
        take_editor: Edits takes.
        file_export: Exports.
        file_import: Files that come in.
        record: Recordings that come in.
        drag_and_copy: Sound that goes to other programs.
        arranger, arrangement_keeper, arrangement: Takes in layers: at work, on the disk, and what
            the window asks of them.
        take_commands: What is done with takes of the history.
        help: Texts about Tessera, and reports of errors.
        commands: Palette, shortcuts, tour and preferences.
    """

    _failed = Signal(object)

    def __init__(
        self,
        application: QApplication,
        make_engine: EngineFactory,
        playback: Playback,
        memory: SettingsStore,
        dialogs: MessageBoxes,
        *,
        recorder: Recorder | None = None,
    ) -> None:
        super().__init__()
        self.session = Session(make_engine, playback)
        document = self.session.document
        document.estimate.use_timing(RunTiming(memory))
        self._engine_preferences = EnginePreferences(document.engine_draft, memory, self)
        self._model_store = ModelStoreWorker(document.models, make_model_store, self)
        self.library = LibrarySync(self.session, LibraryWorker(library_folder(memory)))
        self.take_editor = TakeEditor(self.session, self)
        self._loudness = LoudnessWorker(document.loudness, self)
        self._spectrum = SpectrumWorker(document.measured, self)
        self.theme = ThemeController(application, memory)
        self.window = MainWindow(document, memory, dialogs, self.theme.theme)
        self.file_export = FileExport(self.window, dialogs, memory)
        library_worker = self.library.library_worker
        self.file_import = FileImport(self.window, self.session, dialogs, library_worker.sound_file)
        self._recordings = RecordingImport(self.session, self.library, self)
        self.record = RecordController(
            self.window, recorder or DeviceRecorder(), self._recordings, memory, dialogs
        )
        self.drag_and_copy = DragAndCopy(self.window)
        self.take_commands = TakeCommands(self.window, self.session, library_worker, dialogs)
        self._make_arranging(memory, dialogs)
        self.help = HelpCommands(self.window, self.session, dialogs)
        self.commands = WindowCommands(
            self.window,
            self.session,
            library_worker=library_worker,
            theme=self.theme,
            memory=memory,
            dialogs=dialogs,
        )
        self._connect_theme()
        self._connect_errors()
        self._connect_library()
        connect_window(self.window, self.session)
        connect_editor(self.window, self.take_editor)
        self._recordings.opened.connect(self.window.status_line.say)
        self.session.stopped.connect(application.quit)

    def _connect_library(self) -> None:
        """Takes that are kept, and files that come and go."""
        self.take_editor.derived.connect(self.library.note_origin)
        connect_library(self.window, self.library)
        self.library.opened.connect(self.help.show_library_notice)
        self.file_export.written.connect(self.commands.recent.add)
        self.file_import.opened.connect(self.commands.recent.add)
        self.library.unusable.connect(self.commands.preferences.ask_other_folder)
        self.commands.preferences.library_moved.connect(self.library.open_elsewhere)

    def _make_arranging(self, memory: SettingsStore, dialogs: MessageBoxes) -> None:
        """Before the commands: the menu of the arrangement is among them."""
        model, library_worker = self.session.document.arrangement, self.library.library_worker
        self.arranger = Arranger(self.session, library_worker, self)
        self.arrangement_keeper = ArrangementKeeper(
            self.arranger, model, library_worker, memory, self
        )
        renewal = LayerRenewal(self.session, self.arranger, library_worker, self)
        self.take_editor.derived.connect(renewal.note_derived)
        self.arrangement = ArrangementCommands(
            self.window,
            arranger=self.arranger,
            keeper=self.arrangement_keeper,
            renewal=renewal,
            library=self.library,
            dialogs=dialogs,
        )
        self.file_import.arrangement_offered.connect(self.arrangement.open_folder)
        ArrangementExport(
            self.window,
            self.arranger,
            self.arrangement,
            worker=self.file_export.exporter,
            prompt=self.file_export.prompt,
            dialogs=dialogs,
        )

    def _connect_theme(self) -> None:
        self.window.show_theme_choice(self.theme.choice)
        self.window.theme_chosen.connect(self.theme.choose)
        self.theme.chosen.connect(self.window.show_theme_choice)
        self.theme.changed.connect(self.window.set_theme)
        self.record.set_theme(self.theme.theme)
        self.theme.changed.connect(self.record.set_theme)

    def _connect_errors(self) -> None:
        note_failure = self.session.document.status.note_failure
        self._failed.connect(note_failure)
        self.library.failed.connect(note_failure)
        self.file_export.failed.connect(note_failure)
        self.file_import.failed.connect(note_failure)
        self._recordings.failed.connect(note_failure)
        self.drag_and_copy.failed.connect(note_failure)

    def open(self) -> None:
        """Show the window, and prepare the engine behind it."""
        self.window.show()
        self.library.open()
        QTimer.singleShot(_PREPARE_AFTER_MS, self.session.prepare_engine)
        QTimer.singleShot(_PREPARE_AFTER_MS, self.session.document.models.describe_current)

    def join(self) -> None:
        """Wait for all threads; for the end of the process."""
        self.help.close()
        self.file_export.wait()
        self.take_editor.wait()
        self._loudness.close()
        self._spectrum.close()
        self.file_import.wait()
        self.record.close()
        self._recordings.wait()
        self.drag_and_copy.close()
        self._model_store.join()
        self.session.join()
        self.arranger.close()
        self.arrangement_keeper.close()  # before the library, whose lock it needs
        self.library.close()

    def show_error(self, error: BaseException) -> None:
        """Show an error that nothing caught; from any thread: a signal crosses over."""
        self._failed.emit(error)


def main(file: Path | None = None) -> int:
    """Open the studio, and return its exit code once it is closed.

    Args:
        file: A sound, or settings, to begin with, as if it was dropped onto the window.
    """
    start_logging()
    remove_leftovers()
    application = make_application(sys.argv)
    memory = SettingsStore(QSettings())
    install_translation(application, remembered_language(memory))
    make_engine = partial(make_tessera_engine, remembered_engine(memory))
    player, recorder = make_sound()
    studio = Studio(application, make_engine, player, memory, MessageBoxes(), recorder=recorder)
    report_unexpected_errors(studio.show_error)
    _close_on_interrupt(studio)
    studio.open()
    if file is None:
        studio.commands.welcome()
    else:
        studio.file_import.offer(file)
    code = application.exec()
    studio.join()
    return code


def make_sound() -> tuple[Player, DeviceRecorder]:
    """Sound output and input of this machine, over one PortAudio."""
    port_audio = PortAudio()
    return Player(SoundDeviceOutput(port_audio)), DeviceRecorder(SoundDeviceInput(port_audio))


def make_application(arguments: list[str]) -> QApplication:
    """Qt's application under our name, with our font and mark."""
    application = QApplication(arguments)
    application.setApplicationName("Tessera")
    application.setApplicationVersion(__version__)
    application.setOrganizationName("Tessera")
    application.setDesktopFileName(os.environ.get("FLATPAK_ID") or "tessera")
    application.setWindowIcon(QIcon(str(ICONS / "tessera.svg")))
    application.setQuitOnLastWindowClosed(False)  # the engine's thread has the last word
    GarbageCollector(application)
    install_roles()
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
