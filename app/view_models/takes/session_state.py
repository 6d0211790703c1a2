"""What the session is doing: idle, running, on its way out."""

from enum import StrEnum

from PySide6.QtCore import QObject, Signal


class SessionState(StrEnum):
    """What the session is doing."""

    IDLE = "idle"
    RUNNING = "running"
    CANCELLING = "cancelling"
    STOPPING = "stopping"  # the engine's thread is ending, nothing will run again
    STOPPED = "stopped"


class SessionStateModel(QObject):
    """The state of a session, for views that offer what can be done in it.

    Signals:
        changed: The session is doing something else now.

    Attributes:
        value: What it is doing.
        is_endless: Whether the current run goes on until it is stopped.
    """

    changed = Signal(SessionState)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.value = SessionState.IDLE
        self.is_endless = False

    @property
    def is_idle(self) -> bool:
        """Whether a request may start."""
        return self.value is SessionState.IDLE

    @property
    def is_over(self) -> bool:
        """Whether nothing will run again."""
        return self.value in (SessionState.STOPPING, SessionState.STOPPED)

    def begin_run(self, *, is_endless: bool) -> None:
        """A run starts."""
        self.is_endless = is_endless
        self.enter(SessionState.RUNNING)

    def enter(self, value: SessionState) -> None:
        """Note what the session is doing now."""
        if self.value is not value:
            self.value = value
            self.changed.emit(value)
