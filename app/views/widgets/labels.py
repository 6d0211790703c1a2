"""A label that elides its text, and tool tips that break into lines."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

_LONGEST_LINE = 60


class ElidedLabel(QLabel):
    """A label as wide as its layout allows, with the whole text in its tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show a text, elided if need be."""
        self.setText(text)
        self.setToolTip(wrapped(text))

    @property
    def visible_text(self) -> str:
        """The text as it is shown, elided if need be."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the elided text in the colour of the style sheet."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        place = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), place, self.visible_text)


def wrapped(text: str) -> str:
    """Return a tool tip as rich text if it is long: Qt breaks only rich text into lines."""
    return f"<p>{escape(text)}</p>" if len(text) > _LONGEST_LINE else text
