"""Text boxes for prompts: plain text, a few lines high, Tab moves on."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextOption
from PySide6.QtWidgets import QPlainTextEdit


class PromptEditor(QPlainTextEdit):
    """A box of `lines` lines.

    Args:
        placeholder: Shown while it is empty.
        lines: Height in lines of text.
    """

    def __init__(self, placeholder: str, lines: int) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(0)
        frame_px = 2 * (8 + 2)  # padding and border of the style sheet
        self.setFixedHeight(lines * 18 + frame_px)

    def show_text(self, text: str) -> None:
        """Show a text, leaving cursor and undo alone when it is there already."""
        if self.toPlainText() != text:
            self.setPlainText(text)
