"""Shows what a model's authors wrote in Markdown, without opening anything that it names."""

import re
from typing import Any

from PySide6.QtCore import QSize, QUrl, Signal, Slot
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QTextBrowser

_HEADING = re.compile(r"^#+ ", re.MULTILINE)
_ONE_SIZE = "#### "
_MARKDOWN = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


class CardBrowser(QTextBrowser):
    """A formatted text from outside: no picture, no style and no HTML of it is loaded.

    Signals:
        link_clicked: A link of the text was clicked; only those of the web (https) are reported.
    """

    link_clicked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setOpenLinks(False)
        self._text = ""
        self._nothing = QImage(QSize(1, 1), QImage.Format.Format_ARGB32)
        self._nothing.fill(0)
        self.anchorClicked.connect(self._on_anchor_clicked)

    def show_markdown(self, text: str) -> None:
        """Show a text; the same text again stays where it was scrolled to."""
        if text != self._text:
            self._text = text
            self.document().setMarkdown(_HEADING.sub(_ONE_SIZE, text), _MARKDOWN)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Answer every request with an empty picture: without an answer Qt opens the file."""
        return self._nothing

    @Slot(QUrl)
    def _on_anchor_clicked(self, url: QUrl) -> None:
        if url.scheme() == "https" and url.host():
            self.link_clicked.emit(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
