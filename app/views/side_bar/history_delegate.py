"""Draws a take of the history: its spectrogram, prompt, length and age, and its star."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyleOptionViewItem

from app.view_models.takes.list_item import ITEM_ROLE, Index
from app.view_models.takes.take_record import TakePlace, TakeRecord
from app.view_models.takes.thumbnails import Thumbnails
from app.view_models.viewer.shown_take import ShownTakeModel
from app.views.side_bar.list_delegate import ListDelegate, ListRow, paint_row, picture_rect
from app.views.spectrogram.colour_map import colour_table
from app.views.texts.take_texts import TakeTexts
from app.views.widgets.icons import icon_pixmap
from app.views.widgets.theme import Theme

_HEIGHT_PX = 68
_PICTURE_SIZE = QSize(64, 44)
_RADIUS_PX = 4


class HistoryDelegate(ListDelegate):
    """Draws the rows of the history; their button is the star."""

    def __init__(
        self, thumbnails: Thumbnails, shown: ShownTakeModel, texts: TakeTexts, theme: Theme
    ) -> None:
        super().__init__(_HEIGHT_PX, theme)
        self._picture = TakePicture(thumbnails)
        self._shown, self._texts = shown, texts

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw the take."""
        record = index.data(ITEM_ROLE)
        is_missing = record.place is TakePlace.MISSING
        row = ListRow(
            title=self._texts.title(record.request),
            caption=self._texts.caption(record),
            picture_px=_PICTURE_SIZE.width(),
            button=self._star(record, painter.device().devicePixelRatioF()),
            is_dim=is_missing,
            is_alarming=is_missing or record.place is TakePlace.MEMORY,
        )
        painter.save()
        paint_row(painter, option, row, self.theme)
        place = picture_rect(option.rect, _PICTURE_SIZE)
        self._picture.paint(painter, place, record.take_id, self.theme, is_dim=is_missing)
        self._picture.paint_badge(painter, place, self._badge(record.take_id), self.theme)
        painter.restore()

    def _badge(self, take_id: str) -> str:
        """Return A for the take on show, and B for the one it can be compared with."""
        compared = self._shown.compared
        if compared is None:
            return ""
        if take_id == self._shown.take_id:
            return "A"
        return "B" if take_id == compared.take_id else ""

    def _star(self, record: TakeRecord, pixel_ratio: float) -> QPixmap:
        name, colour = (
            ("star-filled", self.theme.accent) if record.is_starred else ("star", self.theme.muted)
        )
        return icon_pixmap(name, colour, 18, pixel_ratio)


class TakePicture:
    """Paints thumbnails of takes."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self._thumbnails = thumbnails
        self._colours = [int(colour) for colour in colour_table()]

    def paint(
        self, painter: QPainter, place: QRect, take_id: str, theme: Theme, *, is_dim: bool
    ) -> None:
        """Draw the thumbnail of a take, or an empty canvas while it is being read."""
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(place), _RADIUS_PX, _RADIUS_PX)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(place, QColor(theme.canvas))
        levels = self._thumbnails.image(take_id)
        if levels is not None and not levels.isNull():
            painter.setOpacity(0.4 if is_dim else 1.0)
            painter.drawImage(place, self._coloured(levels))
        painter.restore()

    def paint_badge(self, painter: QPainter, picture: QRect, letter: str, theme: Theme) -> None:
        """Draw a letter into the corner of a picture; nothing for no letter."""
        if not letter:
            return
        place = QRectF(picture.left() + 4, picture.top() + 4, 16, 16)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent))
        painter.drawRoundedRect(place, _RADIUS_PX, _RADIUS_PX)
        font = QFont(painter.font())
        font.setPixelSize(11)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(QColor(theme.on_accent))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)

    def _coloured(self, levels: QImage) -> QImage:
        picture = QImage(levels)
        picture.reinterpretAsFormat(QImage.Format.Format_Indexed8)
        picture.setColorTable(self._colours)
        return picture.convertToFormat(QImage.Format.Format_RGB32)  # smooth when it is scaled
