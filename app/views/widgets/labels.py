"""One line of text that ends in an ellipsis where there is no room for all of it."""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy


class ElidedLabel(QLabel):
    """Takes whatever width there is; the whole text is in its tool tip."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show a text, and all of it on demand."""
        self.setText(text)
        self.setToolTip(wrapped(text))

    @property
    def visible_text(self) -> str:
        """What there is room for."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, room)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what there is room for, in the colour of the style sheet."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        place = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), place, self.visible_text)


_LONGEST_LINE = 60


def wrapped(text: str) -> str:
    """A hint that Qt breaks into lines: it does so with rich text alone."""
    return f"<p>{escape(text)}</p>" if len(text) > _LONGEST_LINE else text
