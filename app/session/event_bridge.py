"""What the run in hand says, on its way from the engine's thread to the window's.

Events cross through an inbox that a timer empties thirty times a second; sound goes straight from
the engine's thread to the player.
"""

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Slot

from app.session.event_queue import EventQueue
from app.session.event_router import AudioArrived
from app.session.viewer import Viewer
from app.view_models.takes.queue_entry import QueueEntry
from app.view_models.takes.run_status import RunStatusModel
from app.view_models.transport.buffer_health import BufferHealth
from core.api.events import AudioChunk, Event, TileAdvanced, TileDecoded, TilePlanned, TileState
from core.api.progress import Progress

_LOOK_INTERVAL_MS = 33


class EventBridge(QObject):
    """Listens to one run after another.

    Args:
        viewer: Shows what they say.
        status: Tells how far ahead of the ear an endless one is.
        buffer: Knows that.
        parent: Owner.
    """

    def __init__(
        self, viewer: Viewer, status: RunStatusModel, buffer: BufferHealth, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._viewer, self._status, self._buffer = viewer, status, buffer
        self._inbox = EventQueue()
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
        self._viewer.hear(event)
        if isinstance(event, AudioChunk):
            self._buffer.note(event)
            event = AudioArrived(event.start_sample + len(event.samples))
        self._inbox.put(event)

    @Slot()
    def look(self) -> None:
        """Tell the models what came since the last look."""
        for event in self._inbox.take_all():
            self._viewer.route(event)
        if self._is_endless:
            self._status.note_ahead(self._buffer.ahead_s, is_slow=self._buffer.look())


class TileStopwatch:
    """Listens in the run's own thread: the window only hears the last of many turns.

    Args:
        clock: Seconds that never run backward.
    """

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._started_s: dict[int, float] = {}
        self._took_s: defaultdict[int, float] = defaultdict(float)

    def time(self, event: Event) -> Event:
        """The event, told how long its tile took so far; everything but tiles passes through."""
        match event:
            case TilePlanned():
                self._started_s.clear()
                self._took_s.clear()
            case TileAdvanced(tile=tile, state=TileState.RUNNING):
                self._started_s.setdefault(tile, self._clock())
            case TileAdvanced(tile=tile) | TileDecoded(tile=tile):
                self._stop(tile)
        if isinstance(event, TileAdvanced):
            return replace(event, took_s=self._took_s[event.tile])
        return event

    def _stop(self, tile: int) -> None:
        started_s = self._started_s.pop(tile, None)
        if started_s is not None:
            self._took_s[tile] += self._clock() - started_s
