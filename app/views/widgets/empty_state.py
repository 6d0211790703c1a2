"""What a list shows while it is empty: an icon and a friendly sentence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.views.widgets.icons import icon_pixmap
from app.views.widgets.labels import PlainLabel
from app.views.widgets.theme import Theme

_MARK_PX = 40


class EmptyState(QWidget):
    """An icon above a sentence.

    Args:
        icon_name: File in resources/icons.
        sentence: What will be here, and how it gets here.
        theme: Its colours.
    """

    def __init__(self, icon_name: str, sentence: str, theme: Theme) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._mark = PlainLabel()
        self._sentence = PlainLabel(sentence, word_wrap=True)
        self._sentence.setProperty("role", "caption")
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 0, 32, 48)
        column.setSpacing(12)
        column.addStretch()
        column.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence)
        column.addStretch()
        self.set_theme(theme)

    def say(self, sentence: str) -> None:
        """Show another sentence."""
        self._sentence.setText(sentence)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._mark.setPixmap(
            icon_pixmap(self._icon_name, theme.faint, _MARK_PX, self.devicePixelRatio())
        )
