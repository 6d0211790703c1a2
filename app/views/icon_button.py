"""Buttons without words, which still have a name for those who cannot see them."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton

from app.views.icons import icon
from app.views.theme import Theme


class IconButton(QToolButton):
    """A button with an icon of ours.

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
        """Become another button: play turns into pause."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self.setToolTip(name)
            self.setAccessibleName(name)
            self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.theme = theme
        self._draw()

    def _draw(self) -> None:
        self.setIcon(icon(self._icon_name, self.theme.text, self.theme.faint))
