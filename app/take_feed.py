"""A finished take on its way to the player: all at once, an hour of it would stop the window."""

from PySide6.QtCore import QObject, QTimer, Slot

from app.models.finished_take import FinishedTake
from app.models.transport import Playback, TransportModel

SAMPLES_AT_ONCE = 1 << 20  # copied to the player in about a millisecond


class TakeFeed(QObject):
    """Hands over one take, a piece in every turn of the event loop."""

    def __init__(
        self, playback: Playback, transport: TransportModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._playback, self._transport = playback, transport
        self._take: FinishedTake | None = None
        self._fed = 0
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._feed)

    def start(self, take: FinishedTake) -> None:
        """Hand over a take, for which the player has made room; its first piece at once."""
        self._take, self._fed = take, 0
        self._turn.start()
        self._feed()

    def stop(self) -> None:
        """Something else is played."""
        self._take = None
        self._turn.stop()

    @Slot()
    def _feed(self) -> None:
        if self._take is None:
            return
        samples = self._take.waveform[self._fed : self._fed + SAMPLES_AT_ONCE]
        self._playback.append(self._fed, samples)
        self._fed += len(samples)
        self._transport.note_available(self._fed / self._take.sample_rate)
        if self._fed >= len(self._take.waveform):
            self.stop()
            self._transport.finish()
