"""Opens the preferences, and carries out what is chosen there."""

from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices

from app.library.layout import FOLDER_KEY, library_folder
from app.library.library_worker import LibraryWorker
from app.session.session import Session
from app.studio.theme_controller import ThemeController
from app.view_models.drafts.engine_draft import ENGINE_DEFAULT
from app.view_models.drafts.engine_preferences import remembered_device, remembered_precision
from app.view_models.language import remember_language, remembered_language
from app.view_models.settings_store import SettingsStore
from app.views.dialogs.library_preferences import LibraryPreferences
from app.views.dialogs.preferences_dialog import PreferencesDialog, PreferenceValues
from app.views.widgets.message_boxes import MessageBoxes
from app.views.window.main_window import MainWindow


class PreferencesController(QObject):
    """Connects the dialog to what it changes.

    Args:
        window: The dialog opens over it.
        session: Its sound device and engine are chosen here too.
        library_worker: Knows how much the library takes, and cleans it up.
        theme: Light or dark.
        memory: Keeps what waits for the next start.
        dialogs: Asks the person.

    Signals:
        library_moved: Takes should be kept in another folder at once.
    """

    library_moved = Signal(Path)

    def __init__(
        self,
        window: MainWindow,
        session: Session,
        *,
        library_worker: LibraryWorker,
        theme: ThemeController,
        memory: SettingsStore,
        dialogs: MessageBoxes,
    ) -> None:
        super().__init__(window)
        self._window, self._session, self._library = window, session, library_worker
        self._theme, self._memory, self._dialogs = theme, memory, dialogs

    @Slot()
    def open(self) -> PreferencesDialog:
        """Show the dialog over the window."""
        document = self._session.document
        dialog = PreferencesDialog(self._window, self._values(), document.devices, self._dialogs)
        dialog.show_compute_devices(self._session.compute_devices)
        dialog.theme_chosen.connect(self._theme.choose)
        dialog.language_chosen.connect(lambda one: remember_language(self._memory, one))
        engine = document.engine_draft
        # What is chosen last holds: devices that share a sound stand before this one.
        dialog.device_chosen.connect(lambda one: engine.fill({"device": one, "devices": ()}))
        dialog.precision_chosen.connect(
            lambda one: engine.set_value("precision", one or ENGINE_DEFAULT)
        )
        document.devices.rescan()
        self._connect_library(dialog.library)
        dialog.open()
        return dialog

    @Slot(object)
    def ask_other_folder(self, error: Exception) -> None:
        """Ask where takes are kept instead of a library that cannot be written."""
        question = self.tr(
            "The library cannot be used. {reason}\n\n"
            "Keep sounds in another folder from now on, those too that are not stored yet? "
            "Otherwise they stay in this window until it closes."
        ).format(reason=error)
        title = self.tr("The library")
        answers = [self.tr("Choose a folder…")]
        if self._dialogs.choose(self._window, title, question, answers) is None:
            return
        chosen = self._dialogs.ask_folder(
            self._window, self.tr("A folder for the library"), str(Path.home())
        )
        if chosen:
            self._memory.keep(FOLDER_KEY, chosen)
            self._session.document.status.clear_failure()
            self._window.status_line.say(
                self.tr("Sounds are kept in {folder} from now on.").format(folder=chosen)
            )
            self.library_moved.emit(Path(chosen))

    def _connect_library(self, section: LibraryPreferences) -> None:
        self._library.measured.connect(section.show_disk_use)
        self._library.cleaned.connect(section.show_freed)
        section.open_requested.connect(self._on_folder_requested)
        section.folder_chosen.connect(self._on_folder_chosen)
        section.clean_up_requested.connect(self._on_clean_up_requested)
        self._library.measure()

    def _values(self) -> PreferenceValues:
        memory = self._memory
        return PreferenceValues(
            theme=self._theme.choice,
            language=remembered_language(memory),
            device=remembered_device(memory),
            precision=remembered_precision(memory),
            library_folder=library_folder(memory),
        )

    @Slot()
    def _on_folder_requested(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._library.folder)))

    @Slot()
    def _on_clean_up_requested(self) -> None:
        self._library.clean_up()
        self._library.measure()  # one after the other: it works through what it is asked

    @Slot(Path)
    def _on_folder_chosen(self, folder: Path) -> None:
        self._memory.keep(FOLDER_KEY, str(folder))
