"""Labels and tool tips that draw words as they are written, never as markup.

Many of the words come from outside: a prompt in a file, a file's name, a model's description. Qt
reads any text that looks like HTML as HTML, and `<img src="/dev/zero">` would then be opened.
"""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_LONGEST_LINE = 60


class PlainLabel(QLabel):
    """A label that shows its text as plain text; every label of the window is one.

    Args:
        text: What it shows.
        word_wrap: Whether it breaks the text into lines.
    """

    def __init__(self, text: str = "", *, word_wrap: bool = False) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)  # before the text: Qt reads it when it is set
        self.setWordWrap(word_wrap)
        self.setText(text)


class ElidedLabel(PlainLabel):
    """A label as wide as its layout allows, with the whole text in its tool tip.

    Args:
        side: Where the text is in it.
    """

    def __init__(self, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft) -> None:
        super().__init__()
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def show_text(self, text: str) -> None:
        """Show a text, elided if need be."""
        self.setText(text)
        set_tool_tip(self, text)

    @property
    def visible_text(self) -> str:
        """The text as it is shown, elided if need be."""
        metrics, room = self.fontMetrics(), self.contentsRect().width()
        lines = self.text().split("\n")
        side = Qt.TextElideMode.ElideRight
        return "\n".join(metrics.elidedText(line, side, room) for line in lines)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the elided text in the colour of the style sheet."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        place = self._side | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(self.contentsRect(), place, self.visible_text)


def set_tool_tip(widget: QWidget, *paragraphs: str) -> None:
    """Give a widget a tool tip, and a description that screen readers read as plain text.

    Without the description they would read the tip, markup and all.
    """
    text = "\n".join(filter(None, paragraphs))
    widget.setToolTip(tool_tip(text))
    widget.setAccessibleDescription(text)


def tool_tip(*paragraphs: str) -> str:
    """Return a text for setToolTip that shows every character as it is written.

    Qt breaks only rich text into lines, so a long tip becomes rich text with its markup escaped;
    so does a short one that Qt would take for rich text.
    """
    text = "\n".join(paragraphs)
    if len(text) <= _LONGEST_LINE and not GuiQt.mightBeRichText(text):
        return text
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n"))


def button_text(words: str) -> str:
    """Return words from outside for a button or a menu, where a single & marks a key."""
    return words.replace("&", "&&")
