"""The one button that matters: it generates, and while a run is on it lets the next one wait."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QPushButton

from app.session_state import SessionState
from app.views.icons import icon
from app.views.theme import Theme


class RunButton(QPushButton):
    """Says `clicked`; its words follow the session's state."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setIconSize(QSize(20, 20))
        self.setProperty("role", "primary")
        self.setToolTip(self.tr("Ctrl+Enter"))
        self.show_state(SessionState.IDLE)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.setIcon(icon("generate", theme.on_accent, theme.faint))

    @Slot(SessionState)
    def show_state(self, state: SessionState) -> None:
        """Offer what can be done now."""
        is_idle = state is SessionState.IDLE
        self.setText(self.tr("  Generate") if is_idle else self.tr("  Add to queue"))
        self.setEnabled(state not in (SessionState.STOPPING, SessionState.STOPPED))
        self.set_theme(self._theme)
