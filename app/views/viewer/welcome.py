"""The page before the first sound: a sentence, and a few prompts to try."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.views.widgets.icons import icon_pixmap
from app.views.widgets.labels import PlainLabel
from app.views.widgets.theme import Theme
from app.views.widgets.wrapping_row import WrappingRow

_MARK_PX = 72


class Welcome(QWidget):
    """Explains what to do, and offers prompts that the bundled model knows.

    Signals:
        prompt_chosen: One of the offered prompts.
    """

    prompt_chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mark = PlainLabel()
        self._sentence = PlainLabel(self.tr("Say what you would like to hear."), word_wrap=True)
        self._sentence.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._sentence.setProperty("role", "welcome")
        column = QVBoxLayout(self)
        column.setSpacing(16)
        column.addStretch()
        column.addWidget(self._mark, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._sentence)
        column.addWidget(self._offers())
        column.addStretch()
        self.set_theme(theme)

    def _offers(self) -> QWidget:
        buttons = []
        for prompt in ("church organ", "ocean waves", "choir", "kalimba", "thunder"):
            button = QPushButton(prompt)
            button.setAccessibleName(self.tr("Try the prompt {prompt}").format(prompt=prompt))
            button.clicked.connect(lambda _=False, text=prompt: self.prompt_chosen.emit(text))
            buttons.append(button)
        return WrappingRow(buttons, spacing_px=8)

    def set_theme(self, theme: Theme) -> None:
        """Draw the icon in other colours, at the resolution of the screen."""
        self._mark.setPixmap(icon_pixmap("tessera", theme.text, _MARK_PX, self.devicePixelRatio()))
