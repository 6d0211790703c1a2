"""The one button that matters: it generates, and while a run is on it cancels."""

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QPushButton

from app.session import SessionState
from app.views.icons import icon
from app.views.theme import Theme


class RunButton(QPushButton):
    """Says `generate_pressed` or `cancel_pressed`, by the session's state."""

    generate_pressed = Signal()
    cancel_pressed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = SessionState.IDLE
        self.setIconSize(QSize(20, 20))
        self.clicked.connect(self._on_clicked)
        self.show_state(SessionState.IDLE)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.show_state(self._state)

    @Slot(SessionState)
    def show_state(self, state: SessionState) -> None:
        """Offer what can be done now."""
        self._state = state
        idle = state is SessionState.IDLE
        texts = {
            SessionState.IDLE: self.tr("  Generate"),
            SessionState.RUNNING: self.tr("  Cancel"),
        }
        self.setText(texts.get(state, self.tr("Cancelling…")))
        self.setEnabled(state in texts)
        self.setToolTip(self.tr("Ctrl+Enter") if idle else self.tr("Esc"))
        colour = self._theme.on_accent if idle else self._theme.text
        self.setIcon(icon("generate" if idle else "stop", colour, self._theme.faint))
        self.setProperty("role", "primary" if idle else "stop")
        self.style().unpolish(self)
        self.style().polish(self)

    @Slot()
    def _on_clicked(self) -> None:
        if self._state is SessionState.IDLE:
            self.generate_pressed.emit()
        else:
            self.cancel_pressed.emit()
