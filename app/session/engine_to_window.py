"""The crossing from the engine's thread to the window's.

    engine's thread                            window's thread
    ---------------                            ---------------
    Progress.emit
      -> RunListener.hear --- EventQueue ----> EventDelivery, thirty times a second
            |                                    -> Viewer.route -> models -> views
            |---------------- RunRecording --> Replay, when a person comes back to the run
            '---------------- SoundGate        (Viewer opens and shuts it)
                                  '----------> the player, which has a thread of its own

`EventQueue`, `RunRecording` and `SoundGate` are what both threads touch, and each has a lock of
its own. Everything else belongs to one thread. A run has its own three, so nothing of one run
can arrive in the next.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Self

from PySide6.QtCore import QObject, QTimer, Slot

from app.session.run_recording import RunRecording, SoundForm
from app.view_models.takes.queue_entry import QueueEntry
from app.view_models.transport.buffer_health import BufferHealth
from app.view_models.transport.playback import Playback
from core.api.events import (
    AudioChunk,
    BarrierPassed,
    BytesReceived,
    DenoisingStep,
    Event,
    Stage,
    StageFinished,
    TileAdvanced,
    TileDecoded,
    TilePlanned,
    TileState,
)

UNKNOWN_FORM: SoundForm = (16_000, 1)
"""What is expected of a run before its first sound."""

_DELIVERY_INTERVAL_MS = 33


@dataclass(frozen=True, slots=True)
class AudioArrived(Event):
    """The clip can be heard up to `stop_sample`; the samples themselves went to the player.

    They did so if it is ready for sound of this rate and these channels.
    """

    stop_sample: int
    sample_rate: int = 16_000
    channels: int = 1

    @classmethod
    def of(cls, chunk: AudioChunk) -> Self:
        """The arrival of a chunk."""
        stop = chunk.start_sample + len(chunk.samples)
        return cls(stop, chunk.sample_rate, chunk.channels)

    @property
    def stop_s(self) -> float:
        """The same in seconds."""
        return self.stop_sample / self.sample_rate


_REPLACED_BY_THE_NEXT = (AudioArrived, BarrierPassed, BytesReceived, DenoisingStep, TilePlanned)
_SHOWN_AGAIN = (BarrierPassed, DenoisingStep, TileAdvanced, TilePlanned)

_Key = int | type[Event] | tuple[type[Event], int]
"""The number of an event, its kind, or its kind and its tile."""


class EventQueue:
    """The one queue of events; keeps only the latest of a kind. Any thread may call it.

    A run may emit thousands of events a second; the window looks thirty times. What the next
    event replaced in between (an older step, an older state of the same tile) is dropped here, so
    that one look costs about the same however fast the engine is.

    It also remembers where the run stands, so that the run can be shown again after another take.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._events: dict[_Key, tuple[int, Event]] = {}  # in the order of their arrival
        self._num_put = self._num_taken = 0

    def put(self, event: Event) -> None:
        """Add an event in place of what it replaces; from the engine's thread."""
        with self._lock:
            self._num_put += 1
            if isinstance(event, TilePlanned) or _ends_encoding(event):
                self._forget_tiles()
            if isinstance(event, TileDecoded):
                self._remember_done(event.tile)
            key = _key(event) or self._num_put
            self._events.pop(key, None)
            self._events[key] = (self._num_put, event)

    def take_new(self) -> list[Event]:
        """What was put since the last call; from the window's thread."""
        with self._lock:
            new: dict[_Key, Event] = {}
            for key, (number, event) in reversed(self._events.items()):
                if number <= self._num_taken:
                    break
                new[key] = event
            self._num_taken = self._num_put
            for key, event in new.items():
                if not isinstance(event, _SHOWN_AGAIN):
                    del self._events[key]
        return list(reversed(new.values()))

    def standing(self) -> list[Event]:
        """Where the run stands: its last step, its plan, and the state of every tile."""
        with self._lock:
            return [event for _, event in self._events.values() if isinstance(event, _SHOWN_AGAIN)]

    def _forget_tiles(self) -> None:
        """Drop states of the tiles of an earlier plan: their numbers mean something else now."""
        tiles = [
            key
            for key, (_, event) in self._events.items()
            if isinstance(event, (TilePlanned, TileAdvanced))
        ]
        for key in tiles:
            del self._events[key]

    def _remember_done(self, tile: int) -> None:
        """Note that a tile is finished; its picture is in the recording, and not kept here."""
        plan = self._events.get(TilePlanned, (0, None))[1]
        if isinstance(plan, TilePlanned) and tile < len(plan.tiles):
            key = TileAdvanced, tile
            number, last = self._events.get(key, (self._num_put, _NOT_BEGUN))
            assert isinstance(last, TileAdvanced)
            self._events[key] = number, replace(last, tile=tile, state=TileState.DONE)


_NOT_BEGUN = TileAdvanced(0, TileState.WAITING, 0, 0, "", "")


def _ends_encoding(event: Event) -> bool:
    """Whether the tiles of an encoder are through: they are none of the sound's."""
    return isinstance(event, StageFinished) and event.stage is Stage.ENCODING


def _key(event: Event) -> _Key | None:
    """What an event shares with those it replaces; None for one that replaces nothing."""
    if isinstance(event, TileAdvanced):
        return TileAdvanced, event.tile
    if isinstance(event, _REPLACED_BY_THE_NEXT):
        return type(event)
    return None


class SoundGate:
    """Lets the sound of a run through to the player while that run is on show.

    Sound of another form than the player is ready for does not pass: it is in the recording, from
    which it is replayed once the player is ready.

    Both threads use it, and the lock makes sure that no chunk gets into the clip of another take.
    """

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self._is_open = False
        self.form: SoundForm = UNKNOWN_FORM
        self._lock = threading.Lock()

    def pass_on(self, chunk: AudioChunk) -> None:
        """Give a chunk to the player, or drop it; from the engine's thread."""
        with self._lock:
            if self._is_open and (chunk.sample_rate, chunk.channels) == self.form:
                self._playback.append(chunk.start_sample, chunk.samples)

    @contextmanager
    def opening(self, form: SoundForm) -> Iterator[None]:
        """Open it at the end of the block, in which the player gets room for a clip of this form.

        From the window's thread. The engine's thread waits until then with its next chunk.
        """
        with self._lock:
            yield
            self._is_open, self.form = True, form

    def shut(self) -> None:
        """Let nothing through from now on; from the window's thread."""
        with self._lock:
            self._is_open = False


@dataclass(frozen=True, slots=True, eq=False)
class RunCrossing:
    """What both threads touch of one run.

    Attributes:
        entry: What was asked for.
        sound: The way of its sound to the player.
        events: The way of everything else to the window.
        recording: Its sound and its picture so far, on the disk.
    """

    entry: QueueEntry
    sound: SoundGate
    events: EventQueue = field(default_factory=EventQueue)
    recording: RunRecording = field(default_factory=RunRecording)


class RunListener:
    """Hears one run. Lives in the engine's thread.

    Args:
        run: Where its events go.
        buffer: Notes how much of an endless sound there is.
        clock: Seconds that never run backward.
    """

    def __init__(
        self,
        run: RunCrossing,
        buffer: BufferHealth,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._run, self._buffer = run, buffer
        self._stopwatch = TileStopwatch(clock)

    def hear(self, event: Event) -> None:
        """Pass an event on.

        Raises:
            DiskError: The disk is full.
        """
        run, event = self._run, self._stopwatch.time(event)
        # First the recording, then the gate: a person who comes back to the run in between gets
        # the chunk twice, at the same place, and never not at all.
        run.recording.put(event)
        if isinstance(event, AudioChunk):
            run.sound.pass_on(event)
            self._buffer.note(event)
            event = AudioArrived.of(event)
        run.events.put(event)  # here it leaves the engine's thread


class TileStopwatch:
    """Times tiles. Lives in the engine's thread: the window hears only the last of many turns."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._started_s: dict[int, float] = {}
        self._took_s: defaultdict[int, float] = defaultdict(float)

    def time(self, event: Event) -> Event:
        """The event with how long its tile took so far; events without a tile stay as they are."""
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


class EventDelivery(QObject):
    """Takes events out of the queue of the current run. Lives in the window's thread.

    Args:
        deliver: Called with each event, in order.
        after_each_look: Called after every look, whether anything was there or not.
        parent: Owner.
    """

    def __init__(
        self,
        deliver: Callable[[Event], None],
        after_each_look: Callable[[], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._deliver, self._after_each_look = deliver, after_each_look
        self._events = EventQueue()
        self._timer = QTimer(self, interval=_DELIVERY_INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    def begin(self, run: RunCrossing) -> None:
        """Look after a run from now on."""
        self._events = run.events
        self._timer.start()

    def end(self) -> None:
        """Deliver the last events of the run; after that its end may be shown."""
        self._timer.stop()
        self.look()

    @Slot()
    def look(self) -> None:
        """Deliver what came since the last look."""
        for event in self._events.take_new():
            self._deliver(event)
        self._after_each_look()
