"""What all drawn lines share: one height, a theme, and a button at their end."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.models.line import Index
from app.views.line_painter import button_rect
from app.views.theme import Theme

_WIDTH_PX = 200


class LineDelegate(QStyledItemDelegate):
    """A line of a list; what is on it is drawn by the list's own delegate.

    Args:
        height_px: Of every line, so that thousands are laid out at once.
        theme: Its colours.
        parent: Its owner.

    Attributes:
        theme: Its colours.

    Signals:
        button_pressed: The button of the line at this index was pressed.
    """

    button_pressed = Signal(QModelIndex)

    def __init__(self, height_px: int, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._size = QSize(_WIDTH_PX, height_px)
        self.theme = theme

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All lines are of one height."""
        return self._size

    def editorEvent(
        self, event: QEvent, model: QObject, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Take a click on the button."""
        is_click = (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
        )
        if is_click and button_rect(option.rect).contains(event.position().toPoint()):
            self.button_pressed.emit(index)
            return True
        return super().editorEvent(event, model, option, index)
