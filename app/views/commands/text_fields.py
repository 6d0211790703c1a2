"""Keys in text fields that are not theirs: Esc leaves them, and a pasted file is opened."""

from collections.abc import Callable, Iterable
from typing import Protocol

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Slot
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QLineEdit, QMenu, QPlainTextEdit, QWidget

from app.view_models.incoming_files import incoming_files

KEEPS_ESCAPE = "keepsEscape"  # a property of fields in which Esc means something else
_PASTE = "edit-paste"  # Qt's name of the entry in a field's menu


class Drops(Protocol):
    """What opens files."""

    def watch(self, fields: Iterable[QWidget]) -> None:
        """Let files that are dropped on these text fields go to the window."""

    def take(self, data: QMimeData | None) -> bool:
        """Open what was dropped or pasted."""


class TextFields(QObject):
    """Watches text fields, which would insert a file's path, and let Esc cancel a run.

    Args:
        window: Whose text fields they are.
        drops: Opens files.
        beside: The widget where keys go when a field is left.
    """

    def __init__(self, window: QWidget, drops: Drops, beside: Callable[[], QWidget]) -> None:
        super().__init__(window)
        self._window, self._drops, self._beside = window, drops, beside

    @Slot()
    def watch_all(self) -> None:
        """Watch all fields that there are now."""
        texts = [*self._window.findChildren(QLineEdit), *self._window.findChildren(QPlainTextEdit)]
        self._drops.watch(texts)
        for field in (*texts, *self._window.findChildren(QAbstractSpinBox)):
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys before the field, or a shortcut of the window, does."""
        if isinstance(event, QKeyEvent) and self._is_ours(watched, event):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()  # it comes again as a key, and not as a shortcut
                return True
            if event.type() is QEvent.Type.KeyPress:
                self._press(event)
                return True
        if isinstance(event, QContextMenuEvent) and _copied_files() is not None:
            return self._open_menu(watched, event)
        return False

    def _is_ours(self, field: QObject, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Paste):
            return _copied_files() is not None
        is_escape = event.key() == Qt.Key.Key_Escape and not event.modifiers()
        return is_escape and not field.property(KEEPS_ESCAPE)

    def _press(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._leave()
        else:
            self._paste()

    def _open_menu(self, field: QObject, event: QContextMenuEvent) -> bool:
        """Open the field's own menu, in which Paste opens the file."""
        if not isinstance(field, QLineEdit | QPlainTextEdit):
            return False
        menu: QMenu = field.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in menu.actions():
            if action.objectName() == _PASTE:
                action.triggered.disconnect()
                action.setEnabled(True)
                action.triggered.connect(self._paste)
        menu.popup(event.globalPos())
        return True

    def _paste(self) -> None:
        data = _copied_files()
        if data is not None:
            self._drops.take(data)

    def _leave(self) -> None:
        """Let keys go to what is beside the fields, or to nothing where it is hidden."""
        focused, beside = self._window.focusWidget(), self._beside()
        if beside.isVisible():
            beside.setFocus()
        elif focused is not None:
            focused.clearFocus()


def _copied_files() -> QMimeData | None:
    """What is on the clipboard, if there are files in it."""
    data = QGuiApplication.clipboard().mimeData()
    return data if incoming_files(data) is not None else None
