"""The play head: a line over the spectrogram at the moment that is heard."""

import pyqtgraph as pg
from PySide6.QtGui import QColor

from app.views.widgets.theme import Theme


class PlayHead(pg.InfiniteLine):
    """A vertical line over the spectrogram, with a marker at its top.

    It is an item of its own, so that moving it repaints only a narrow strip.
    """

    def __init__(self, theme: Theme) -> None:
        super().__init__(pos=0.0, angle=90, movable=False)
        self.addMarker("v", position=1.0, size=9.0)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        colour = QColor("#ffffff") if theme.name == "dark" else QColor("#ff5a36")
        self.setPen(pg.mkPen(colour, width=1))
