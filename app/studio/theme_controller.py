"""Light or dark: the system's wish unless the person has one of their own."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.view_models.settings_store import SettingsStore
from app.views.widgets.theme import Theme, ThemeChoice, apply_theme, current_theme


class ThemeController(QObject):
    """Keeps the application dressed.

    Attributes:
        theme: The colours in use.

    Signals:
        changed: Another theme is in use.
    """

    changed = Signal(Theme)

    def __init__(self, application: QApplication, memory: SettingsStore) -> None:
        super().__init__(application)
        self._application = application
        self._memory = memory
        self._choice = _remembered_choice(memory)
        self.theme = current_theme(self._choice)
        apply_theme(application, self.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @Slot(ThemeChoice)
    def choose(self, choice: ThemeChoice) -> None:
        """Follow another wish from now on, and remember it."""
        self._choice = choice
        self._memory.keep("theme", str(choice))
        self._dress()

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._dress()

    def _dress(self) -> None:
        theme = current_theme(self._choice)
        if theme != self.theme:
            self.theme = theme
            apply_theme(self._application, theme)
            self.changed.emit(theme)


def _remembered_choice(memory: SettingsStore) -> ThemeChoice:
    try:
        return ThemeChoice(memory.text("theme", ThemeChoice.SYSTEM))
    except ValueError:
        return ThemeChoice.SYSTEM
