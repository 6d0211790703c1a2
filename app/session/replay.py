"""What a run said so far, told once more to the models of whoever comes back to it."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QTimer, Slot

from app.session.engine_to_window import AudioArrived
from app.session.event_router import EventRouter
from app.view_models.transport.transport import Playback, TransportModel
from core.api.events import AudioChunk, Event
from core.api.take import Take


class Replay(QObject):
    """Tells what is short at once, and what may be long in the turns of the event loop."""

    def __init__(
        self, router: EventRouter, playback: Playback, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._router, self._playback = router, playback
        self._pieces: Iterator[Event] = iter(())
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._tell_next)

    def begin(self, said: Iterable[Event], pieces: Iterable[Event] = ()) -> None:
        """Tell all of `said` now, and then one of `pieces` a turn."""
        for event in said:
            self._tell(event)
        self._pieces = iter(pieces)
        self._turn.start()

    def stop(self) -> None:
        """Something else is on show."""
        self._pieces = iter(())
        self._turn.stop()

    @Slot()
    def _tell_next(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self._turn.stop()
        else:
            self._tell(piece)

    def _tell(self, event: Event) -> None:
        if isinstance(event, AudioChunk):
            self._playback.append(event.start_sample, event.samples)
            event = AudioArrived(event.start_sample + len(event.samples))
        self._router.route(event)


SAMPLES_AT_ONCE = 1 << 20  # copied to the player in about a millisecond


class TakeFeed(QObject):
    """Hands over one take, a piece in every turn of the event loop."""

    def __init__(
        self, playback: Playback, transport: TransportModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._playback, self._transport = playback, transport
        self._take: Take | None = None
        self._fed = 0
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._feed)

    def start(self, take: Take) -> None:
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
