"""The button beside Generate while a run is on: it stops the run."""

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPushButton

from app.session_state import SessionState
from app.views.icons import icon
from app.views.theme import Theme


class StopButton(QPushButton):
    """Shown while something runs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setIconSize(QSize(20, 20))
        self.setProperty("role", "stop")
        self.show_state(SessionState.IDLE)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.setIcon(icon("stop", theme.text, theme.faint))

    def show_state(self, state: SessionState, *, is_endless: bool = False) -> None:
        """Offer to stop what runs; of an endless sound all is kept."""
        is_running = state is SessionState.RUNNING
        if is_endless:
            self.setText(self.tr("  Stop") if is_running else self.tr("Stopping…"))
            self.setToolTip(self.tr("Stop, and keep all of it as a take (Esc)"))
        else:
            self.setText(self.tr("  Cancel") if is_running else self.tr("Cancelling…"))
            self.setToolTip(self.tr("Esc"))
        self.setVisible(is_running or state is SessionState.CANCELLING)
        self.setEnabled(is_running)
        self.set_theme(self._theme)
