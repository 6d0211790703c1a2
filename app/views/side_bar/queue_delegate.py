"""Draws a request of the queue: its position or progress, its prompt, and its button."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

from app.view_models.takes.list_item import ITEM_ROLE, Index
from app.view_models.takes.queue import QueueModel
from app.view_models.takes.queue_entry import EntryState, QueueEntry
from app.view_models.takes.run_status import RunStatusModel
from app.views.side_bar.list_delegate import ListDelegate, ListRow, paint_row, picture_rect
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.icons import icon_pixmap
from app.views.widgets.theme import Theme

_HEIGHT_PX = 60
_PICTURE_SIZE = QSize(28, 28)
_ICON_PX = 18
_FULL_TURN = 360 * 16  # Qt counts sixteenths of a degree
_BUTTONS = {
    EntryState.RUNNING: "stop",
    EntryState.WAITING: "close",
    EntryState.FAILED: "retry",
    EntryState.CANCELLED: "retry",
}


class QueueDelegate(ListDelegate):
    """Draws the rows of the queue; their button stops, removes or retries."""

    def __init__(
        self, queue: QueueModel, status: RunStatusModel, texts: TakeTexts, theme: Theme
    ) -> None:
        super().__init__(_HEIGHT_PX, theme)
        self._queue, self._status, self._texts = queue, status, texts

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the request."""
        entry = index.data(ITEM_ROLE)
        ratio = painter.device().devicePixelRatioF()
        row = ListRow(
            title=self._texts.title(entry.request),
            caption=self._texts.entry_caption(entry),
            picture_px=_PICTURE_SIZE.width(),
            button=icon_pixmap(_BUTTONS[entry.state], self.theme.muted, _ICON_PX, ratio),
            is_dim=entry.is_settled,
            is_alarming=entry.state is EntryState.FAILED,
        )
        painter.save()
        paint_row(painter, option, row, self.theme)
        self._paint_picture(
            painter, picture_rect(option.rect, _PICTURE_SIZE), entry, index.row(), ratio
        )
        painter.restore()

    def _paint_picture(
        self, painter: QPainter, place: QRect, entry: QueueEntry, row: int, ratio: float
    ) -> None:
        match entry.state:
            case EntryState.RUNNING:
                self._paint_progress(painter, QRectF(place).adjusted(3, 3, -3, -3))
            case EntryState.WAITING:
                number = row + (self._queue.running is None)
                painter.setPen(QColor(self.theme.muted))
                painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(number))
            case EntryState.FAILED:
                _paint_icon(painter, place, icon_pixmap("warning", self.theme.danger, 20, ratio))
            case EntryState.CANCELLED:
                _paint_icon(painter, place, icon_pixmap("close", self.theme.muted, 18, ratio))

    def _paint_progress(self, painter: QPainter, place: QRectF) -> None:
        """Draw a ring that closes as the current stage progresses."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(self.theme.line), 3))
        painter.drawEllipse(place)
        turn = round((self._status.fraction or 0.0) * _FULL_TURN)
        pen = QPen(QColor(self.theme.accent), 3)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(place, _FULL_TURN // 4, -turn)


def _paint_icon(painter: QPainter, place: QRect, pixmap: QPixmap) -> None:
    size = pixmap.deviceIndependentSize()
    corner = QRectF(place).center()
    painter.drawPixmap(
        round(corner.x() - size.width() / 2), round(corner.y() - size.height() / 2), pixmap
    )
