"""The sound devices, which the player's thread searches for."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.transport.playback import Playback

_POLL_INTERVAL_MS = 100


class SoundDevicesModel(QObject):
    """The list of sound devices and the chosen one.

    Attributes:
        chosen: The name of a device; empty = the system's choice. The name of a disconnected device
            stays, and the system's choice is used.
    """

    changed = Signal()

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._shown: tuple[object, ...] = ()
        self.chosen = ""
        self._timer = QTimer(self, interval=_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self._poll)

    @property
    def names(self) -> tuple[str, ...]:
        """The devices that were found; empty before the first search."""
        return self._playback.device_names

    @property
    def is_scanning(self) -> bool:
        """Whether a search is going on."""
        return self._playback.is_scanning

    @Slot(str)
    def choose(self, name: str) -> None:
        """Play through a device from now on; an empty name leaves it to the system."""
        if name != self.chosen:
            self.chosen = name
            self._playback.choose_device(name or None)
            self._timer.start()
            self._poll()

    @Slot()
    def rescan(self) -> None:
        """Search for devices again; `changed` is emitted when they are known."""
        self._playback.rescan_devices()
        self._timer.start()
        self._poll()

    @Slot()
    def _poll(self) -> None:
        state = (self.names, self.is_scanning, self.chosen)
        if not self.is_scanning:
            self._timer.stop()
        if state != self._shown:
            self._shown = state
            self.changed.emit()
