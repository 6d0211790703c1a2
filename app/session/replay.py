"""Fills the models with what exists already: a run so far, a finished take, a source.

All take turns with the event loop, so that the window answers however long the sound is.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from PySide6.QtCore import QObject, QTimer, Slot

from app.session.engine_to_window import AudioArrived
from app.session.event_router import EventRouter
from app.view_models.transport.playback import Playback
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.opened_source import OpenedSource
from core.api.events import AudioChunk, Event
from core.api.take import Take
from core.runtime.file_pages import drop_mapped_pages

_STEREO = 2
SAMPLES_AT_ONCE = 1 << 20  # copied to the player in about a millisecond


class Replay(QObject):
    """Gives the models a run so far, when a person comes back to it."""

    def __init__(
        self, router: EventRouter, playback: Playback, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._router, self._playback = router, playback
        self._pieces: Iterator[Event] = iter(())
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._route_next)

    def begin(self, standing: Iterable[Event], pieces: Iterable[Event] = ()) -> None:
        """Route all of `standing` now, and then one of `pieces` in every turn of the event loop."""
        for event in standing:
            self._route(event)
        self._pieces = iter(pieces)
        self._turn.start()

    def stop(self) -> None:
        """Something else is on show."""
        self._pieces = iter(())
        self._turn.stop()

    @Slot()
    def _route_next(self) -> None:
        piece = next(self._pieces, None)
        if piece is None:
            self._turn.stop()
        else:
            self._route(piece)

    def _route(self, event: Event) -> None:
        if isinstance(event, AudioChunk):
            self._playback.append(event.start_sample, event.samples)
            event = AudioArrived.of(event)
        self._router.route(event)


class TakeFeed(QObject):
    """Gives the player one finished take, or a source."""

    def __init__(
        self, playback: Playback, transport: TransportModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._playback, self._transport = playback, transport
        self._sound: Take | OpenedSource | None = None
        self._fed = 0
        self._turn = QTimer(self, interval=0)
        self._turn.timeout.connect(self._feed)

    def start(self, sound: Take | OpenedSource) -> None:
        """Give the player a sound that it has made room for; the first piece at once."""
        self._sound, self._fed = sound, 0
        self._turn.start()
        self._feed()

    def stop(self) -> None:
        """Something else is played."""
        self._sound = None
        self._turn.stop()

    @Slot()
    def _feed(self) -> None:
        if self._sound is None:
            return
        channels = heard_channels(self._sound)
        count = SAMPLES_AT_ONCE // channels
        samples = mapped = self._sound.waveform[self._fed : self._fed + count]
        if samples.ndim > 1 and channels == 1:
            samples = samples.mean(axis=1, dtype=np.float32)
        self._playback.append(self._fed, samples)
        drop_mapped_pages(mapped)
        self._fed += len(samples)
        self._transport.note_available(self._fed / self._sound.sample_rate)
        if self._fed >= len(self._sound.waveform):
            self.stop()
            self._transport.finish()


def heard_channels(sound: Take | OpenedSource) -> int:
    """The channels that are played: left and right, or the average of any other number."""
    shape = sound.waveform.shape
    return _STEREO if shape[1:] == (_STEREO,) else 1
