"""The devices that sound can come out of, looked for off the window's thread."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.transport.transport import Playback

_LOOK_INTERVAL_MS = 100


class SoundDevicesModel(QObject):
    """Which devices there are, and which one is to be played through.

    Attributes:
        chosen: The name of a device; empty = the system's own choice. A device that is gone keeps
            its name here, and the system's choice stands in for it.
    """

    changed = Signal()

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._shown: tuple[object, ...] = ()
        self.chosen = ""
        self._timer = QTimer(self, interval=_LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self._look)

    @property
    def names(self) -> tuple[str, ...]:
        """The devices that were found; empty before anybody looked."""
        return self._playback.device_names

    @property
    def is_scanning(self) -> bool:
        """Whether they are being looked for."""
        return self._playback.is_scanning

    @Slot(str)
    def choose(self, name: str) -> None:
        """Play through a device from now on; an empty name leaves it to the system."""
        if name != self.chosen:
            self.chosen = name
            self._playback.choose_device(name or None)
            self._timer.start()
            self._look()

    @Slot()
    def rescan(self) -> None:
        """Look for devices anew; `changed` tells when they are known."""
        self._playback.rescan_devices()
        self._timer.start()
        self._look()

    @Slot()
    def _look(self) -> None:
        state = (self.names, self.is_scanning, self.chosen)
        if not self.is_scanning:
            self._timer.stop()
        if state != self._shown:
            self._shown = state
            self.changed.emit()
