"""What a run said so far, told once more to the models of whoever comes back to it."""

from collections.abc import Iterable, Iterator

from PySide6.QtCore import QObject, QTimer, Slot

from app.event_router import AudioArrived, EventRouter
from app.models.transport import Playback
from core.events import AudioChunk, Event


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
