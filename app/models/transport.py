"""Playing the take: where the play head is, how much there is to hear, and why if it is silent."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

_POLL_INTERVAL_MS = 33
_RESCAN_MS = 1000


class Playback(Protocol):
    """What the window needs of the sound output; `append` is called from the worker's thread.

    Attributes:
        position_s: Where the play head is, in seconds.
        is_playing: Whether sound is asked for.
        is_buffering: Whether the play head waits for samples that are still to come.
        silent_reason: One sentence on why nothing can be heard; empty when it can.
    """

    position_s: float
    is_playing: bool
    is_buffering: bool
    silent_reason: str

    def begin(self, sample_rate: int, num_samples: int) -> None:
        """Forget the clip and make room for another; stops playing."""

    def append(self, start_sample: int, samples: NDArray[np.float32]) -> None:
        """Take samples (n,) of the clip, from `start_sample` onward."""

    def finish(self) -> None:
        """No more samples will come."""

    def play(self) -> None:
        """Start at the play head, or anew where it stands at the end."""

    def pause(self) -> None:
        """Stop, and keep the play head where it is."""

    def seek(self, position_s: float) -> None:
        """Move the play head."""

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 1."""

    def rescan_devices(self) -> None:
        """Look for sound devices anew."""

    def close(self) -> None:
        """Let go of the sound device."""


class TransportModel(QObject):
    """The state of playing, polled thirty times a second while it plays.

    Attributes:
        duration_s: Length of the clip in seconds.
        available_s: How much of it can be heard by now.
        volume: 0 to 1.
        plays_on_arrival: Whether a new take is played as soon as its first samples are there.
    """

    changed = Signal()
    moved = Signal(float)

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._shown: tuple[object, ...] = ()
        self._shown_position_s = 0.0
        self._started_on_arrival = False
        self.duration_s = self.available_s = 0.0
        self.volume = 1.0
        self.plays_on_arrival = True
        self._timer = QTimer(self, interval=_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def position_s(self) -> float:
        """Where the play head is."""
        return min(self._playback.position_s, self.duration_s)

    @property
    def is_playing(self) -> bool:
        """Whether sound is asked for."""
        return self._playback.is_playing

    @property
    def is_buffering(self) -> bool:
        """Whether the play head waits for the engine."""
        return self._playback.is_buffering

    @property
    def silent_reason(self) -> str:
        """Why nothing can be heard; empty when it can."""
        return self._playback.silent_reason

    @property
    def can_play(self) -> bool:
        """Whether there is anything to hear."""
        return self.available_s > 0

    def begin(self, duration_s: float, sample_rate: int) -> None:
        """A new clip is on its way."""
        self._playback.begin(sample_rate, round(duration_s * sample_rate))
        self.duration_s, self.available_s = duration_s, 0.0
        self._started_on_arrival = False
        self.poll()

    def note_available(self, available_s: float) -> None:
        """So much of the clip can be heard now."""
        self.available_s = max(self.available_s, min(available_s, self.duration_s))
        if self.plays_on_arrival and not self._started_on_arrival and self.can_play:
            self._started_on_arrival = True
            self.play()
        self.poll()

    def finish(self) -> None:
        """The clip is as long as it will get."""
        self._playback.finish()
        self.poll()

    @Slot()
    def play(self) -> None:
        """Start at the play head, or anew where it stands at the end."""
        if not self.can_play:
            return
        self._playback.play()
        self._timer.start()
        self.poll()

    @Slot()
    def pause(self) -> None:
        """Stop, and keep the play head."""
        self._playback.pause()
        self.poll()

    @Slot()
    def toggle(self) -> None:
        """Play or pause."""
        if self.is_playing:
            self.pause()
        else:
            self.play()

    @Slot(float)
    def seek(self, position_s: float) -> None:
        """Move the play head, within the clip."""
        self._playback.seek(max(0.0, min(position_s, self.duration_s)))
        self.poll()

    @Slot(float)
    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 1."""
        self.volume = max(0.0, min(volume, 1.0))
        self._playback.set_volume(self.volume)
        self.poll()

    @Slot()
    def rescan_devices(self) -> None:
        """Look for sound devices anew; what comes of it is told as soon as it is known."""
        self._playback.rescan_devices()
        QTimer.singleShot(_RESCAN_MS, self.poll)

    @Slot(bool)
    def set_plays_on_arrival(self, wanted: bool) -> None:
        """Play new takes as soon as they can be heard, or wait to be asked."""
        self.plays_on_arrival = wanted

    @Slot()
    def poll(self) -> None:
        """Look at the player, and say what is new."""
        if not self.is_playing:
            self._timer.stop()
        if self.position_s != self._shown_position_s:
            self._shown_position_s = self.position_s
            self.moved.emit(self.position_s)
        state = (
            self.is_playing,
            self.is_buffering,
            self.silent_reason,
            self.volume,
            self.duration_s,
            self.available_s,
        )
        if state != self._shown:
            self._shown = state
            self.changed.emit()
