"""The button beside Generate that plays without end."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QPushButton

from app.session_state import SessionState
from app.views.icons import icon
from app.views.theme import Theme
from app.views.tool_tip import wrapped


class EndlessButton(QPushButton):
    """Says `clicked`; while something runs, the button that stops it has its place."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setIconSize(QSize(24, 24))
        self.setProperty("role", "endless")
        self.setAccessibleName(self.tr("Play without end"))
        self.setToolTip(
            wrapped(
                self.tr(
                    "Play without end: each stretch goes on from the one before, until you stop "
                    "it. All of it is kept as a take (Ctrl+Shift+Enter)"
                )
            )
        )
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Draw in other colours."""
        self.setIcon(icon("endless", theme.text, theme.faint))

    @Slot(SessionState)
    def show_state(self, state: SessionState) -> None:
        """Offer what can be done now."""
        self.setVisible(state not in (SessionState.RUNNING, SessionState.CANCELLING))
        self.setEnabled(state is SessionState.IDLE)
