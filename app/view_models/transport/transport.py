"""Playback of the take: play head, available sound, loop, volume, and errors."""

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.transport.peak_pyramid import PeakPyramid
from app.view_models.transport.playback import MixedSound, Playback
from core.api.region import Span

_POLL_INTERVAL_MS = 33
_SILENT_POLL_INTERVAL_MS = 250  # a device that was lost may come back at any time


class TransportModel(QObject):
    """The state of playback, polled thirty times a second while it plays.

    A device that was lost and comes back makes it play again, so it is polled then, too.

    Signals:
        changed: Anything but the play head has changed.
        begun: There is another clip.
        moved: The play head is at another moment, in seconds.
        heard: The first samples of a clip that plays as it arrives have been played.

    Attributes:
        duration_s: Length of the clip in seconds.
        available_s: How much of it can be heard by now.
        grows: Whether the clip is endless; `duration_s` grows with it.
        volume: 0 to 1.
        range_s: The selected range in seconds; None = no selection.
        band_hz: The selected frequencies; None = no selection, or all of them.
        plays_band: Whether the selected frequencies are heard alone.
        loops: Whether the selection, or else the whole clip, is repeated.
        plays_on_arrival: Whether a new take is played as soon as its first samples arrive.
        is_kept_quiet: Whether it is not, since a microphone would hear it.
    """

    changed = Signal()
    begun = Signal()
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
        self.band_hz: tuple[float, float] | None = None
        self.loops = self.grows = self.plays_band = False
        self.volume = 1.0
        self.plays_on_arrival = True
        self.is_kept_quiet = False
        self._timer = QTimer(self, interval=_POLL_INTERVAL_MS)
        self._timer.timeout.connect(self.poll)

    @property
    def position_s(self) -> float:
        """Where the play head is: where it is dragged to, or what is heard."""
        if self._held_s is not None:
            return self._held_s
        return min(self._playback.position_s, self.duration_s)

    @property
    def is_playing(self) -> bool:
        """Whether playback is on."""
        return self._playback.is_playing

    @property
    def is_buffering(self) -> bool:
        """Whether the play head waits for the engine."""
        return self._playback.is_buffering

    @property
    def silent_reason(self) -> str:
        """Why nothing can be heard; empty otherwise."""
        return self._playback.silent_reason

    @property
    def peaks(self) -> PeakPyramid:
        """The extremes of the samples so far; `changed` is emitted when there are more."""
        return self._playback.peaks

    @property
    def channel_peaks(self) -> tuple[PeakPyramid, ...]:
        """Those of each channel that is played."""
        return self._playback.channel_peaks

    @property
    def sample_rate(self) -> int:
        """Samples a second of the clip."""
        return self._playback.sample_rate

    def peak_between(self, start_s: float, stop_s: float) -> float:
        """The largest magnitude of a range as it is played: at the volume, full scale = 1."""
        rate = self._playback.sample_rate
        span = Span(int(start_s * rate), int(stop_s * rate) + 1)
        return self.volume * self.peaks.peak(span)

    @property
    def can_play(self) -> bool:
        """Whether there is anything to hear."""
        return self.available_s > 0

    def begin(
        self,
        duration_s: float,
        sample_rate: int,
        *,
        quietly: bool = False,
        grows: bool = False,
        channels: int = 1,
    ) -> None:
        """Begin a new clip; with `quietly` it does not play on arrival."""
        num_samples = round(duration_s * sample_rate)
        self._playback.begin(sample_rate, num_samples, grows=grows, channels=channels)
        self.grows = grows
        self.duration_s, self.available_s = duration_s, 0.0
        self._started_on_arrival = self._was_heard = quietly or self.is_kept_quiet
        self._apply_loop()
        self._apply_band()
        self.begun.emit()
        self.poll()

    def begin_mix(self, sound: MixedSound) -> None:
        """Begin a clip that is computed while it is heard; it waits to be played."""
        self._playback.begin_mix(sound)
        self.grows = False
        self._started_on_arrival = self._was_heard = True
        self._show_length(sound)
        self._apply_loop()
        self._apply_band()
        self.begun.emit()
        self.poll()

    def renew_mix(self, sound: MixedSound) -> None:
        """Note that this clip has changed, and its length perhaps; what plays goes on."""
        former_s = self.duration_s
        self._show_length(sound)
        if self.loops and self.duration_s != former_s:
            self._apply_loop()
        self._playback.renew_mix()
        self.poll()

    def _show_length(self, sound: MixedSound) -> None:
        self.duration_s = self.available_s = sound.num_samples / sound.sample_rate

    def note_available(self, available_s: float) -> None:
        """Note how much of the clip has arrived."""
        if self.grows:
            self.duration_s = self._playback.duration_s
        self.available_s = max(self.available_s, min(available_s, self.duration_s))
        if self.plays_on_arrival and not self._started_on_arrival and self.can_play:
            self._started_on_arrival = True
            self.play()
        self.poll()

    def finish(self) -> None:
        """Note that the clip is complete."""
        self.grows = False
        self._playback.finish()
        self.poll()

    @Slot()
    def play(self) -> None:
        """Start at the play head, or at the beginning if it is at the end."""
        if not self.can_play:
            return
        start_s, stop_s = self._loop_s
        if self.loops and not start_s <= self.position_s < stop_s:
            self._playback.seek(start_s)
        self._playback.play()
        self.poll()

    @Slot()
    def play_range(self) -> None:
        """Play only the selection, or without one the clip, once or in a loop."""
        if not self.can_play:
            return
        start_s, stop_s = self._loop_s
        if self.loops:
            self._playback.seek(start_s)
            self._playback.play()
        else:
            self._playback.play_stretch(start_s, stop_s)
        self.poll()

    def hold(self, position_s: float) -> None:
        """Keep the play head at a moment, whatever is played, until `release`."""
        self._held_s = max(0.0, min(position_s, self.duration_s))
        self.poll()

    def release(self) -> None:
        """Release the play head, which stays where it was held."""
        if self._held_s is not None:
            held_s, self._held_s = self._held_s, None
            self.seek(held_s)

    def play_grain(self, length_s: float) -> None:
        """Play a short piece from the play head on, as scrubbing needs it."""
        if self.can_play:
            self._playback.play_stretch(
                self.position_s, min(self.position_s + length_s, self.duration_s)
            )

    @Slot(bool)
    def set_loops(self, wanted: bool) -> None:
        """Set whether to repeat."""
        self.loops = wanted
        self._apply_loop()
        self.poll()

    def choose_range(self, range_s: tuple[float, float] | None) -> None:
        """Take the selected range, or None; a loop changes to it."""
        self.range_s = range_s
        if self.loops:
            self._apply_loop()

    @Slot(bool)
    def set_plays_band(self, wanted: bool) -> None:
        """Set whether the selected frequencies are heard alone."""
        self.plays_band = wanted
        self._apply_band()
        self.poll()

    def choose_band(self, band_hz: tuple[float, float] | None) -> None:
        """Take the selected frequencies, in Hz, or None for all."""
        self.band_hz = band_hz
        self._apply_band()

    def _apply_band(self) -> None:
        self._playback.set_band(self.band_hz if self.plays_band else None)

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

    @Slot()
    def to_start(self) -> None:
        """Move the play head to the beginning."""
        self.seek(0.0)

    @Slot()
    def to_end(self) -> None:
        """Move the play head to the end."""
        self.seek(self.duration_s)

    @Slot(float)
    def set_volume(self, volume: float) -> None:
        """Set the volume, 0 to 1."""
        self.volume = max(0.0, min(volume, 1.0))
        self._playback.set_volume(self.volume)
        self.poll()

    @Slot(bool)
    def set_plays_on_arrival(self, wanted: bool) -> None:
        """Set whether new takes play as soon as they can be heard."""
        self.plays_on_arrival = wanted

    def keep_quiet(self, wanted: bool) -> None:
        """Pause, and let no new take play as it arrives, until that is no longer wanted."""
        self.is_kept_quiet = wanted
        if wanted:
            self._started_on_arrival = self._was_heard = True
            self.pause()

    def _set_pace(self) -> None:
        """Poll often while it plays, seldom while a device may come back, else not at all."""
        pace_ms = _POLL_INTERVAL_MS if self.is_playing else _SILENT_POLL_INTERVAL_MS
        if not self.is_playing and not self.silent_reason:
            self._timer.stop()
        elif not self._timer.isActive() or self._timer.interval() != pace_ms:
            self._timer.start(pace_ms)

    @Slot()
    def poll(self) -> None:
        """Read the player's state, and emit what has changed."""
        self._set_pace()
        if (
            self.is_playing
            and self._started_on_arrival
            and not self._was_heard
            and self.position_s > 0
        ):
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
            self.plays_band,
            self.grows,
            self.duration_s,
            self.available_s,
            self.peaks.version,
        )
        if state != self._shown:
            self._shown = state
            self.changed.emit()
