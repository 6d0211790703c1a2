"""The button by which the sound is dragged into another program, or copied with a click."""

from PySide6.QtCore import QMimeData, QPointF, Qt, Signal
from PySide6.QtGui import QDrag, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication

from app.views.widgets.buttons import IconButton
from app.views.widgets.theme import Theme


class DragHandle(IconButton):
    """Requests the sound's file when it is pressed, and starts the drag once the file is there.

    Signals:
        file_requested: The sound is about to be dragged.
        copy_requested: It was pressed and not dragged.
    """

    file_requested = Signal()
    copy_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__("drag", self.tr("Drag the sound into another program"), theme)
        self.setToolTip(
            self.tr(
                "Drag the sound, or what is selected of it, into another program: each stretch "
                "that is kept selected is a file. A click copies it (Ctrl+C). Files exist as long "
                "as Tessera is open"
            )
        )
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._pressed_at: QPointF | None = None
        self._is_dragged = False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Request the file already, so that it is written while the pointer moves."""
        super().mousePressEvent(event)
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed_at, self._is_dragged = event.position(), False
            self.file_requested.emit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Become a drag once the pointer has moved far enough."""
        if self._pressed_at is None or self._is_dragged:
            return
        far = (event.position() - self._pressed_at).manhattanLength()
        if far >= QApplication.startDragDistance():
            self._is_dragged = True
            self.setDown(False)
            self.file_requested.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Copy, unless it became a drag."""
        was_pressed, self._pressed_at = self._pressed_at is not None, None
        self.setDown(False)
        if (
            was_pressed
            and not self._is_dragged
            and self.rect().contains(event.position().toPoint())
        ):
            self.copy_requested.emit()
        self._is_dragged = False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy by keyboard, since keys cannot drag."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.copy_requested.emit()
        else:
            super().keyPressEvent(event)

    @property
    def waits_for_file(self) -> bool:
        """Whether a drag waits for its file."""
        return self._is_dragged and self._pressed_at is not None

    def begin_drag(self, data: QMimeData) -> None:
        """Start the drag with the file, if the button is still held down."""
        if not self.waits_for_file:
            return
        self._pressed_at, self._is_dragged = None, False
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self.icon().pixmap(self.iconSize()))
        self.run_drag(drag)

    def run_drag(self, drag: QDrag) -> None:
        """Run the drag until the sound is dropped."""
        drag.exec(Qt.DropAction.CopyAction)
