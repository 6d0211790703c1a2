"""Playing the take: where the play head is, how much there is to hear, and why if it is silent."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.transport.peak_pyramid import PeakPyramid

_POLL_INTERVAL_MS = 33


class Playback(Protocol):
    """What the window needs of the sound output; `append` is called from the worker's thread."""

    @property
    def position_s(self) -> float:
        """Where the play head is, in seconds."""

    @property
    def is_playing(self) -> bool:
        """Whether sound is asked for."""

    @property
    def is_buffering(self) -> bool:
        """Whether the play head waits for samples that are still to come."""

    @property
    def silent_reason(self) -> str:
        """One sentence on why nothing can be heard; empty when it can."""

    @property
    def is_scanning(self) -> bool:
        """Whether sound devices are being looked for."""

    @property
    def device_names(self) -> tuple[str, ...]:
        """The devices that were found."""

    @property
    def peaks(self) -> PeakPyramid:
        """The extremes of the clip, as far as it has come."""

    @property
    def duration_s(self) -> float:
        """Length of the clip, or the room there is for one that grows."""

    def begin(self, sample_rate: int, num_samples: int, *, grows: bool = False) -> None:
        """Forget the clip and make room for another, which may grow; stops playing."""

    def append(self, start_sample: int, samples: NDArray[np.float32]) -> None:
        """Take samples (n,) of the clip, from `start_sample` onward."""

    def finish(self) -> None:
        """No more samples will come."""

    def play(self) -> None:
        """Start at the play head, or anew where it stands at the end."""

    def play_stretch(self, start_s: float, stop_s: float) -> None:
        """Play a stretch alone, and go back to its start."""

    def set_loop(self, start_s: float, stop_s: float) -> None:
        """Play a stretch again and again, once the play head reaches its end."""

    def clear_loop(self) -> None:
        """Play on to the end."""

    def pause(self) -> None:
        """Stop, and keep the play head where it is."""

    def seek(self, position_s: float) -> None:
        """Move the play head."""

    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 1."""

    def choose_device(self, name: str | None) -> None:
        """Play through a device of `device_names`, or through the system's own choice."""

    def rescan_devices(self) -> None:
        """Look for sound devices anew."""

    def close(self) -> None:
        """Let go of the sound device."""


class TransportModel(QObject):
    """The state of playing, polled thirty times a second while it plays.

    Signals:
        changed: Anything but the play head, which has `moved` (to seconds) for itself.
        heard: The first samples of a clip that plays as it arrives reached the ear.

    Attributes:
        duration_s: Length of the clip in seconds.
        available_s: How much of it can be heard by now.
        grows: Whether the clip goes on until somebody stops it; `duration_s` grows with it.
        volume: 0 to 1.
        range_s: What is chosen of it, start and end in seconds; None = nothing.
        loops: Whether what is chosen, or else the whole clip, is played again and again.
        plays_on_arrival: Whether a new take is played as soon as its first samples are there.
    """

    changed = Signal()
    moved = Signal(float)
    heard = Signal()

    def __init__(self, playback: Playback, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._playback = playback
        self._shown: tuple[object, ...] = ()
        self._shown_position_s = 0.0
        self._held_s: float | None = None
        self._started_on_arrival = self._was_heard = False
        self.duration_s = self.available_s = 0.0
        self.range_s: tuple[float, float] | None = None
        self.loops = self.grows = False
        self.volume = 1.0
        self.plays_on_arrival = True
        self._timer = QTimer(self, interval=_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def position_s(self) -> float:
        """Where the play head is: in a person's hand, or where the sound got to."""
        if self._held_s is not None:
            return self._held_s
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
    def peaks(self) -> PeakPyramid:
        """The extremes of the clip, as far as it has come; `changed` tells when more came."""
        return self._playback.peaks

    @property
    def can_play(self) -> bool:
        """Whether there is anything to hear."""
        return self.available_s > 0

    def begin(
        self, duration_s: float, sample_rate: int, *, quietly: bool = False, grows: bool = False
    ) -> None:
        """A new clip is on its way; `quietly`, it waits to be played in any case."""
        self._playback.begin(sample_rate, round(duration_s * sample_rate), grows=grows)
        self.grows = grows
        self.duration_s, self.available_s = duration_s, 0.0
        self._started_on_arrival = self._was_heard = quietly
        self._apply_loop()
        self.poll()

    def note_available(self, available_s: float) -> None:
        """So much of the clip can be heard now."""
        if self.grows:
            self.duration_s = self._playback.duration_s
        self.available_s = max(self.available_s, min(available_s, self.duration_s))
        if self.plays_on_arrival and not self._started_on_arrival and self.can_play:
            self._started_on_arrival = True
            self.play()
        self.poll()

    def finish(self) -> None:
        """The clip is as long as it will get."""
        self.grows = False
        self._playback.finish()
        self.poll()

    @Slot()
    def play(self) -> None:
        """Start at the play head, or anew where it stands at the end."""
        if not self.can_play:
            return
        start_s, stop_s = self._loop_s
        if self.loops and not start_s <= self.position_s < stop_s:
            self._playback.seek(start_s)
        self._playback.play()
        self._timer.start()
        self.poll()

    @Slot()
    def play_range(self) -> None:
        """Play what is chosen and nothing else, once or in a loop; without a choice, all."""
        if not self.can_play:
            return
        start_s, stop_s = self._loop_s
        if self.loops:
            self._playback.seek(start_s)
            self._playback.play()
        else:
            self._playback.play_stretch(start_s, stop_s)
        self._timer.start()
        self.poll()

    def hold(self, position_s: float) -> None:
        """Keep the play head at a moment, whatever is played, until `release`."""
        self._held_s = max(0.0, min(position_s, self.duration_s))
        self.poll()

    def release(self) -> None:
        """Let go of the play head, which stays where it was held."""
        if self._held_s is not None:
            held_s, self._held_s = self._held_s, None
            self.seek(held_s)

    def play_grain(self, length_s: float) -> None:
        """Play a short piece from the play head on, as tape drawn by hand would sound."""
        if self.can_play:
            self._playback.play_stretch(
                self.position_s, min(self.position_s + length_s, self.duration_s)
            )

    @Slot(bool)
    def set_loops(self, wanted: bool) -> None:
        """Play again and again, or once."""
        self.loops = wanted
        self._apply_loop()
        self.poll()

    def choose_range(self, range_s: tuple[float, float] | None) -> None:
        """Another stretch of the clip is chosen, or none; a loop goes over to it."""
        self.range_s = range_s
        if self.loops:
            self._apply_loop()

    @property
    def _loop_s(self) -> tuple[float, float]:
        return self.range_s or (0.0, self.duration_s)

    def _apply_loop(self) -> None:
        if self.loops and (self.range_s or not self.grows):
            self._playback.set_loop(*self._loop_s)
        else:
            self._playback.clear_loop()

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

    @Slot(bool)
    def set_plays_on_arrival(self, wanted: bool) -> None:
        """Play new takes as soon as they can be heard, or wait to be asked."""
        self.plays_on_arrival = wanted

    @Slot()
    def poll(self) -> None:
        """Look at the player, and say what is new."""
        if not self.is_playing:
            self._timer.stop()
        elif self._started_on_arrival and not self._was_heard and self.position_s > 0:
            self._was_heard = True
            self.heard.emit()
        if self.position_s != self._shown_position_s:
            self._shown_position_s = self.position_s
            self.moved.emit(self.position_s)
        state = (
            self.is_playing,
            self.is_buffering,
            self.silent_reason,
            self.volume,
            self.loops,
            self.grows,
            self.duration_s,
            self.available_s,
            self.peaks.version,
        )
        if state != self._shown:
            self._shown = state
            self.changed.emit()
