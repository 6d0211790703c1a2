"""Actions that help with working rather than with sound: palette, keys, tour, preferences."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu


class HabitActions(QObject):
    """What the menus Edit and Help get besides the window's own actions."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.open = self._make(self.tr("&Open…"), "Ctrl+O")
        self.undo = self._make(self.tr("&Undo the last change"), "Ctrl+Z")
        self.redo = self._make(self.tr("&Redo the change"), "Ctrl+Shift+Z", "Ctrl+Y")
        self.preferences = self._make(self.tr("Prefere&nces…"), "Ctrl+,")
        self.preferences.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.palette = self._make(self.tr("&Find a command…"), "Ctrl+Shift+P")
        self.cheat_sheet = self._make(self.tr("&Keyboard shortcuts"), "F1", "?")
        self.tour = self._make(self.tr("Take the &tour"))
        self.edit_keys = self._make(self.tr("&Change keyboard shortcuts…"))

    def _make(self, text: str, *keys: str) -> QAction:
        action = QAction(text, self)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        return action

    def fill_edit_menu(self, menu: QMenu) -> None:
        """Undo and redo first, as everywhere."""
        first = menu.actions()[0] if menu.actions() else None
        menu.insertActions(first, [self.undo, self.redo])
        menu.addSeparator()
        menu.addAction(self.preferences)

    def fill_help_menu(self, menu: QMenu) -> None:
        """Put the ways to find one's way first."""
        first = menu.actions()[0] if menu.actions() else None
        menu.insertActions(first, [self.palette, self.cheat_sheet, self.edit_keys, self.tour])
        menu.insertSeparator(first)
