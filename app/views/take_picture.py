"""The small spectrogram of a take in a list, in the colours of the large one."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPainterPath

from app.models.thumbnails import Thumbnails
from app.views.colour_map import colour_table
from app.views.theme import Theme

PICTURE_SIZE = QSize(64, 44)
_RADIUS_PX = 4


class TakePicture:
    """Paints what Thumbnails hold."""

    def __init__(self, thumbnails: Thumbnails) -> None:
        self._thumbnails = thumbnails
        self._colours = [int(colour) for colour in colour_table()]

    def paint(
        self, painter: QPainter, place: QRect, take_id: str, theme: Theme, *, is_dim: bool
    ) -> None:
        """Draw the picture of a take, or the empty canvas while it is on its way."""
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
