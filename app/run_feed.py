"""What the run in hand says, on its way from the engine's thread to the window's.

Events cross through an inbox that a timer empties thirty times a second; sound goes straight from
the engine's thread to the player.
"""

from PySide6.QtCore import QObject, QTimer, Slot

from app.event_router import AudioArrived
from app.models.buffer_health import BufferHealth
from app.models.event_inbox import EventInbox
from app.models.queue_entry import QueueEntry
from app.models.run_status import RunStatusModel
from app.models.tile_stopwatch import TileStopwatch
from app.on_stage import OnStage
from core.events import AudioChunk, Event
from core.progress import Progress

_LOOK_INTERVAL_MS = 33


class RunFeed(QObject):
    """Listens to one run after another.

    Args:
        on_stage: Shows what they say.
        status: Tells how far ahead of the ear an endless one is.
        buffer: Knows that.
        parent: Owner.
    """

    def __init__(
        self, on_stage: OnStage, status: RunStatusModel, buffer: BufferHealth, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._on_stage, self._status, self._buffer = on_stage, status, buffer
        self._inbox = EventInbox()
        self._stopwatch = TileStopwatch()
        self._is_endless = False
        self._timer = QTimer(self, interval=_LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def begin(self, entry: QueueEntry) -> Progress:
        """Listen to another run; what it is to tell its news to."""
        self._inbox.take_all()
        self._is_endless = entry.is_endless
        if entry.is_endless:
            self._buffer.begin()
        self._timer.start()
        return Progress(self._hear)

    def end(self) -> None:
        """Hear the last words of the run before its end is told."""
        self._timer.stop()
        self.look()

    def _hear(self, event: Event) -> None:
        """Take an event in the engine's thread: sound to the player, the rest to the inbox."""
        event = self._stopwatch.time(event)
        self._on_stage.hear(event)
        if isinstance(event, AudioChunk):
            self._buffer.note(event)
            event = AudioArrived(event.start_sample + len(event.samples))
        self._inbox.put(event)

    @Slot()
    def look(self) -> None:
        """Tell the models what came since the last look."""
        for event in self._inbox.take_all():
            self._on_stage.route(event)
        if self._is_endless:
            self._status.note_ahead(self._buffer.ahead_s, is_slow=self._buffer.look())
