"""What a session can be doing."""

from enum import StrEnum


class SessionState(StrEnum):
    """What the session is doing."""

    IDLE = "idle"
    RUNNING = "running"
    CANCELLING = "cancelling"
    STOPPING = "stopping"  # the thread is on its way out, nothing will run again
    STOPPED = "stopped"
