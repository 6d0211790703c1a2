"""The button beside Generate while a run is on: it stops the run."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QPushButton

from app.session import SessionState
from app.views.icons import icon
from app.views.theme import Theme


class StopButton(QPushButton):
    """Shown while something runs."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setIconSize(QSize(20, 20))
        self.setProperty("role", "stop")
        self.setToolTip(self.tr("Esc"))
        self.show_state(SessionState.IDLE)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self._theme = theme
        self.setIcon(icon("stop", theme.text, theme.faint))

    @Slot(SessionState)
    def show_state(self, state: SessionState) -> None:
        """Offer to stop what runs."""
        is_running = state is SessionState.RUNNING
        self.setText(self.tr("  Cancel") if is_running else self.tr("Cancelling…"))
        self.setVisible(is_running or state is SessionState.CANCELLING)
        self.setEnabled(is_running)
        self.set_theme(self._theme)
