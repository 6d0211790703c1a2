"""Draws a take in the history: its spectrogram, its prompt, how long and how old, its star."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from app.models.history import RECORD_ROLE
from app.models.take_record import TakePlace, TakeRecord
from app.models.thumbnails import Thumbnails
from app.on_stage import OnStage
from app.views.icons import icon_pixmap
from app.views.line_painter import Line, button_rect, mark_rect, paint_line
from app.views.take_picture import PICTURE_SIZE, TakePicture
from app.views.take_words import TakeWords
from app.views.theme import Theme

Index = QModelIndex | QPersistentModelIndex

_SIZE = QSize(200, 68)


class HistoryDelegate(QStyledItemDelegate):
    """A line of the history.

    Signals:
        star_pressed: The star of a take, named, was pressed.
    """

    star_pressed = Signal(str)

    def __init__(
        self,
        thumbnails: Thumbnails,
        on_stage: OnStage,
        words: TakeWords,
        theme: Theme,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._picture = TakePicture(thumbnails)
        self._on_stage, self._words, self._theme = on_stage, words, theme

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """All lines are of one height, so that thousands are laid out at once."""
        return _SIZE

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the take."""
        record = index.data(RECORD_ROLE)
        is_missing = record.place is TakePlace.MISSING
        line = Line(
            title=self._words.title(record.request),
            caption=self._words.caption(record),
            mark_px=PICTURE_SIZE.width(),
            button=self._star(record, painter.device().devicePixelRatioF()),
            is_dim=is_missing,
            is_alarming=is_missing or record.place is TakePlace.MEMORY,
        )
        painter.save()
        paint_line(painter, option, line, self._theme)
        place = mark_rect(option.rect, PICTURE_SIZE)
        self._picture.paint(painter, place, record.take_id, self._theme, is_dim=is_missing)
        self._picture.paint_badge(painter, place, self._badge(record.take_id), self._theme)
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QObject, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Take a click on the star."""
        is_click = (
            isinstance(event, QMouseEvent)
            and event.type() == QEvent.Type.MouseButtonRelease
            and event.button() == Qt.MouseButton.LeftButton
        )
        if is_click and button_rect(option.rect).contains(event.position().toPoint()):
            self.star_pressed.emit(index.data(RECORD_ROLE).take_id)
            return True
        return super().editorEvent(event, model, option, index)

    def _badge(self, take_id: str) -> str:
        """A for the take on show, B for the one it can be compared with."""
        compared = self._on_stage.compared
        if compared is None:
            return ""
        if take_id == self._on_stage.take_id:
            return "A"
        return "B" if take_id == compared.take_id else ""

    def _star(self, record: TakeRecord, pixel_ratio: float) -> QPixmap:
        name, colour = (
            ("star-filled", self._theme.accent)
            if record.is_starred
            else ("star", self._theme.faint)
        )
        return icon_pixmap(name, colour, 18, pixel_ratio)
