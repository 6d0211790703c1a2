"""Light or dark: as the system, unless the person chose one."""

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.view_models.settings_store import SettingsStore
from app.views.widgets.theme import Theme, ThemeChoice, apply_theme, current_theme

_KEY = "theme"


class ThemeController(QObject):
    """Knows which theme is chosen and which is in use; no other part keeps either.

    Attributes:
        choice: What the person chose.
        theme: The colours in use.

    Signals:
        chosen: The person chose otherwise.
        changed: Another theme is in use.
    """

    chosen = Signal(ThemeChoice)
    changed = Signal(Theme)

    def __init__(self, application: QApplication, memory: SettingsStore) -> None:
        super().__init__(application)
        self._application = application
        self._memory = memory
        self.choice = _remembered_choice(memory)
        self.theme = current_theme(self.choice)
        apply_theme(application, self.theme)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._on_system_changed)

    @Slot(ThemeChoice)
    def choose(self, choice: ThemeChoice) -> None:
        """Use another choice from now on, and remember it."""
        if choice is not self.choice:
            self.choice = choice
            self._memory.keep(_KEY, str(choice))
            self.chosen.emit(choice)
            self._apply()

    @Slot(Qt.ColorScheme)
    def _on_system_changed(self, _scheme: Qt.ColorScheme) -> None:
        self._apply()

    def _apply(self) -> None:
        theme = current_theme(self.choice)
        if theme != self.theme:
            self.theme = theme
            apply_theme(self._application, theme)
            self.changed.emit(theme)


def _remembered_choice(memory: SettingsStore) -> ThemeChoice:
    try:
        return ThemeChoice(memory.text(_KEY, ThemeChoice.SYSTEM))
    except ValueError:
        return ThemeChoice.SYSTEM
