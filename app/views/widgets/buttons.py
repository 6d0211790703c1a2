"""Buttons that show an icon, and have an accessible name instead of a text."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton

from app.views.widgets.icons import icon
from app.views.widgets.labels import set_tool_tip
from app.views.widgets.theme import Theme

_BADGE_PX = 15
_MAX_COUNT = 99


class IconButton(QToolButton):
    """A button with one of the studio's icons.

    Args:
        icon_name: File in resources/icons.
        name: What it does, for tool tip and screen reader.
        theme: Its colours.
        size_px: Edge of the icon.
    """

    def __init__(self, icon_name: str, name: str, theme: Theme, size_px: int = 20) -> None:
        super().__init__()
        self.theme = theme
        self._icon_name = ""
        self.setIconSize(QSize(size_px, size_px))
        self.show_icon(icon_name, name)

    def show_icon(self, icon_name: str, name: str) -> None:
        """Show another icon and name, as when play turns into pause."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            set_tool_tip(self, name)
            self.setAccessibleName(name)
            self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self._draw()

    def _draw(self) -> None:
        self.setIcon(icon(self._icon_name, self.theme.text, self.theme.faint))


class BadgeButton(IconButton):
    """An icon button with a count over its corner."""

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
        text = str(self._count) if self._count <= _MAX_COUNT else f"{_MAX_COUNT}+"
        width = max(_BADGE_PX, painter.fontMetrics().horizontalAdvance(text) + 8)
        place = QRectF(self.width() - width, 0, width, _BADGE_PX)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.theme.accent))
        painter.drawRoundedRect(place, _BADGE_PX / 2, _BADGE_PX / 2)
        painter.setPen(QColor(self.theme.on_accent))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
