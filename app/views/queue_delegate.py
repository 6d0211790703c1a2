"""Draws a request in the queue: its place or progress, its prompt, and what can be done to it."""

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.models.queue import ENTRY_ROLE, QueueModel
from app.models.queue_entry import EntryState, QueueEntry
from app.models.run_status import RunStatusModel
from app.views.icons import icon_pixmap
from app.views.line_painter import Line, button_rect, mark_rect, paint_line
from app.views.take_words import TakeWords
from app.views.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_SIZE = QSize(200, 60)
_MARK = QSize(28, 28)
_ICON_PX = 18
_FULL_TURN = 360 * 16  # Qt counts sixteenths of a degree
_BUTTONS = {
    EntryState.RUNNING: "stop",
    EntryState.WAITING: "close",
    EntryState.FAILED: "retry",
    EntryState.CANCELLED: "retry",
}


class QueueDelegate(QStyledItemDelegate):
    """A line of the queue.

    Signals:
        button_pressed: The button of an entry, named, was pressed.
    """

    button_pressed = Signal(str)

    def __init__(
        self,
        queue: QueueModel,
        status: RunStatusModel,
        words: TakeWords,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._queue, self._status, self._words, self._theme = queue, status, words, theme

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All lines are of one height."""
        return _SIZE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the request."""
        entry = index.data(ENTRY_ROLE)
        ratio = painter.device().devicePixelRatioF()
        line = Line(
            title=self._words.title(entry.request),
            caption=self._words.entry_caption(entry),
            mark_px=_MARK.width(),
            button=icon_pixmap(_BUTTONS[entry.state], self._theme.muted, _ICON_PX, ratio),
            is_dim=entry.is_settled,
            is_alarming=entry.state is EntryState.FAILED,
        )
        painter.save()
        paint_line(painter, option, line, self._theme)
        self._paint_mark(painter, mark_rect(option.rect, _MARK), entry, index.row(), ratio)
        painter.restore()

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
            self.button_pressed.emit(index.data(ENTRY_ROLE).entry_id)
            return True
        return super().editorEvent(event, model, option, index)

    def _paint_mark(
        self, painter: QPainter, place: QRect, entry: QueueEntry, row: int, ratio: float
    ) -> None:
        match entry.state:
            case EntryState.RUNNING:
                self._paint_progress(painter, QRectF(place).adjusted(3, 3, -3, -3))
            case EntryState.WAITING:
                number = row + (self._queue.running is None)
                painter.setPen(QColor(self._theme.faint))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(number))
            case EntryState.FAILED:
                _paint_icon(painter, place, icon_pixmap("warning", self._theme.danger, 20, ratio))
            case EntryState.CANCELLED:
                _paint_icon(painter, place, icon_pixmap("close", self._theme.faint, 18, ratio))

    def _paint_progress(self, painter: QPainter, place: QRectF) -> None:
        """A ring that closes as the part in hand comes to its end."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self._theme.line), 3))
        painter.drawEllipse(place)
        turn = round((self._status.fraction or 0.0) * _FULL_TURN)
        pen = QPen(QColor(self._theme.accent), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(place, _FULL_TURN // 4, -turn)


def _paint_icon(painter: QPainter, place: QRect, pixmap: QPixmap) -> None:
    size = pixmap.deviceIndependentSize()
    corner = QRectF(place).center()
    painter.drawPixmap(
        round(corner.x() - size.width() / 2), round(corner.y() - size.height() / 2), pixmap
    )
