"""The buttons that generate, stop, and play without end."""

from PySide6.QtCore import QSize, Slot
from PySide6.QtWidgets import QPushButton

from app.view_models.takes.session_state import SessionState
from app.views.widgets.icons import icon
from app.views.widgets.labels import set_tool_tip
from app.views.widgets.theme import Theme


class RunButton(QPushButton):
    """Generates, or adds to the queue while something runs."""

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


class StopButton(QPushButton):
    """Cancels a run, or stops an endless one; hidden while nothing runs."""

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
        """Offer to cancel the run, or to stop an endless one and keep it."""
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


class EndlessButton(QPushButton):
    """Plays without end; hidden while something runs, when the stop button takes its place."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setIconSize(QSize(24, 24))
        self.setProperty("role", "endless")
        self.setAccessibleName(self.tr("Play without end"))
        set_tool_tip(
            self,
            self.tr(
                "Play without end: each stretch goes on from the one before, until you stop "
                "it. Change the prompt meanwhile, and the next stretch follows it. All of it is "
                "kept as a take (Ctrl+Shift+Enter)"
            ),
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
