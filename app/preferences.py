"""Opens the preferences, and carries out what is chosen there."""

from PySide6.QtCore import QObject, Slot

from app.models.engine_preferences import (
    remember_device,
    remember_precision,
    remembered_device,
    remembered_precision,
)
from app.models.language import remember_language, remembered_language
from app.models.window_memory import WindowMemory
from app.views.dialogs import Dialogs
from app.views.main_window import MainWindow
from app.views.preferences import Preferences, PreferenceValues
from app.views.theme import ThemeChoice


class PreferenceKeeper(QObject):
    """Joins the dialog to what it changes.

    Args:
        window: Its sound devices and themes are chosen here too.
        memory: Keeps what waits for the next start.
        dialogs: Asks the person.
    """

    def __init__(self, window: MainWindow, memory: WindowMemory, dialogs: Dialogs) -> None:
        super().__init__(window)
        self._window, self._memory, self._dialogs = window, memory, dialogs

    @Slot()
    def open(self) -> Preferences:
        """Show the dialog over the window."""
        session = self._window.session
        dialog = Preferences(self._window, self._values(), session.devices, self._dialogs)
        dialog.show_compute_devices(session.compute_devices)
        dialog.theme_chosen.connect(self._on_theme_chosen)
        dialog.language_chosen.connect(lambda one: remember_language(self._memory, one))
        dialog.device_chosen.connect(lambda one: remember_device(self._memory, one))
        dialog.precision_chosen.connect(lambda one: remember_precision(self._memory, one))
        session.devices.rescan()
        dialog.open()
        return dialog

    def _values(self) -> PreferenceValues:
        memory = self._memory
        return PreferenceValues(
            theme=self._chosen_theme(),
            language=remembered_language(memory),
            device=remembered_device(memory),
            precision=remembered_precision(memory),
        )

    def _chosen_theme(self) -> ThemeChoice:
        action = self._window.actions_.themes.checkedAction()
        return ThemeChoice(action.data()) if action else ThemeChoice.SYSTEM

    @Slot(object)
    def _on_theme_chosen(self, choice: ThemeChoice) -> None:
        """As if it were chosen in the menu, which then shows it too."""
        for action in self._window.actions_.themes.actions():
            if action.data() == choice:
                action.trigger()
