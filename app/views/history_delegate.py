"""Draws a take in the history: its spectrogram, its prompt, how long and how old, its star."""

from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

from app.models.line import LINE_ROLE, Index
from app.models.take_record import TakePlace, TakeRecord
from app.models.thumbnails import Thumbnails
from app.on_stage import OnStage
from app.views.icons import icon_pixmap
from app.views.line_delegate import LineDelegate
from app.views.line_painter import Line, mark_rect, paint_line
from app.views.take_picture import PICTURE_SIZE, TakePicture
from app.views.take_words import TakeWords
from app.views.theme import Theme

_HEIGHT_PX = 68


class HistoryDelegate(LineDelegate):
    """A line of the history; its button is the star."""

    def __init__(
        self, thumbnails: Thumbnails, on_stage: OnStage, words: TakeWords, theme: Theme
    ) -> None:
        super().__init__(_HEIGHT_PX, theme)
        self._picture = TakePicture(thumbnails)
        self._on_stage, self._words = on_stage, words

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the take."""
        record = index.data(LINE_ROLE)
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
        paint_line(painter, option, line, self.theme)
        place = mark_rect(option.rect, PICTURE_SIZE)
        self._picture.paint(painter, place, record.take_id, self.theme, is_dim=is_missing)
        self._picture.paint_badge(painter, place, self._badge(record.take_id), self.theme)
        painter.restore()

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
            ("star-filled", self.theme.accent) if record.is_starred else ("star", self.theme.faint)
        )
        return icon_pixmap(name, colour, 18, pixel_ratio)
