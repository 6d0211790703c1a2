"""An icon button with a small count in its corner."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent

from app.views.icon_button import IconButton
from app.views.theme import Theme

_BADGE_PX = 15
_MOST = 99


class BadgeButton(IconButton):
    """Says how many there are without being opened."""

    def __init__(self, icon_name: str, name: str, theme: Theme) -> None:
        super().__init__(icon_name, name, theme)
        self._name = name
        self._count = 0

    def show_count(self, count: int) -> None:
        """Show a number; nothing for 0."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self._name} ({count})" if count else self._name)
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the icon, and the number over its corner."""
        super().paintEvent(event)
        if not self._count:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(10)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        text = str(self._count) if self._count <= _MOST else f"{_MOST}+"
        width = max(_BADGE_PX, painter.fontMetrics().horizontalAdvance(text) + 8)
        place = QRectF(self.width() - width, 0, width, _BADGE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        painter.drawRoundedRect(place, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.setPen(QColor(self.theme.on_accent))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
