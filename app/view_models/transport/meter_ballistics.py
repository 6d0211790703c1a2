"""Level meters: peak and root mean square of what is heard or recorded, with a hold.

Another thread measures; here a few numbers a frame become what a meter shows.
"""

import math
from collections import deque
from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.view_models.transport.playback import LevelStep, Playback
from app.view_models.transport.transport import TransportModel

FLOOR_DB = -60.0
"""Lower levels are shown as silence."""

_INTERVAL_MS = 33
_RMS_S = 0.3  # the time in which a VU meter comes to rest
_FALL_DB_PER_S = 20 / 1.7  # IEC 60268-10, type I
_HOLD_S = 1.5


class MeterBallistics(QObject):
    """Turns levels into what a meter shows. It looks thirty times a second until it is at rest.

    Signals:
        changed: A level is another one.

    Attributes:
        peak_db: The peak in dB of full scale: rises at once, falls by 20 dB in 1.7 s.
        held_db: The highest peak of the last 1.5 s; then it falls as the peak does.
        rms_db: The root mean square of the last 300 ms; a sine of full scale has -3 dB.
        channel_peaks_db: The peak of each channel, where there are several.

    Args:
        take_levels: The levels since the last call.
        parent: Owner.
        clock: The time in seconds.
    """

    changed = Signal()

    def __init__(
        self,
        take_levels: Callable[[], list[LevelStep]],
        parent: QObject | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        super().__init__(parent)
        self._take_levels, self._clock = take_levels, clock
        self._last_s = self._held_until_s = clock()
        self._recent: deque[LevelStep] = deque()
        self.peak_db = self.held_db = self.rms_db = FLOOR_DB
        self.channel_peaks_db: tuple[float, ...] = ()
        self._timer = QTimer(self, interval=_INTERVAL_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_fed(self) -> bool:
        """Whether levels arrive, if not at every look; else there is silence."""
        raise NotImplementedError

    @property
    def is_live(self) -> bool:
        """Whether it goes on looking while it shows silence."""
        raise NotImplementedError

    @property
    def is_at_rest(self) -> bool:
        """Whether it shows silence."""
        return self.held_db == self.rms_db == FLOOR_DB

    @Slot()
    def look(self) -> None:
        """Take what was measured since, and let the rest fall."""
        now_s = self._clock()
        step_s, self._last_s = now_s - self._last_s, now_s
        levels = self._take_levels()
        if not levels and not self.is_fed:
            levels = [LevelStep(step_s, 0.0, 0.0)]
        shown = self._shown
        fall_db = _FALL_DB_PER_S * step_s
        highest_db = _db(max((level.peak for level in levels), default=0.0))
        self.peak_db = max(highest_db, self.peak_db - fall_db, FLOOR_DB)
        self._follow_channels(levels, fall_db)
        self._hold(highest_db, now_s, fall_db)
        self._integrate(levels)
        if self._shown != shown:
            self.changed.emit()
        if self.is_at_rest and not self.is_live:
            self._timer.stop()

    def start(self) -> None:
        """Look from now on."""
        if not self._timer.isActive():
            self._last_s = self._clock()
            self._timer.start()

    def reset(self) -> None:
        """Show silence, and forget what was measured."""
        self._take_levels()
        self._recent.clear()
        self.peak_db = self.held_db = self.rms_db = FLOOR_DB
        self.channel_peaks_db = ()
        self.changed.emit()

    @property
    def _shown(self) -> tuple[float, ...]:
        return self.peak_db, self.held_db, self.rms_db, *self.channel_peaks_db

    def _follow_channels(self, levels: list[LevelStep], fall_db: float) -> None:
        """Let each channel rise and fall as all of them together do."""
        heard = [level.channel_peaks for level in levels if level.channel_peaks]
        known = self.channel_peaks_db or (FLOOR_DB,) * (len(heard[0]) if heard else 0)
        peaks = map(max, zip(*heard, strict=False)) if heard else (0.0 for _ in known)
        self.channel_peaks_db = tuple(
            max(_db(peak), before - fall_db, FLOOR_DB)
            for peak, before in zip(peaks, known, strict=False)
        )

    def _hold(self, peak_db: float, now_s: float, fall_db: float) -> None:
        if peak_db >= self.held_db:
            self.held_db, self._held_until_s = peak_db, now_s + _HOLD_S
        elif now_s > self._held_until_s:
            self.held_db = max(self.peak_db, self.held_db - fall_db)

    def _integrate(self, levels: list[LevelStep]) -> None:
        """Find the root mean square of the last 300 ms."""
        self._recent.extend(levels)
        duration_s = sum(level.duration_s for level in self._recent)
        while self._recent and duration_s - self._recent[0].duration_s >= _RMS_S:
            duration_s -= self._recent.popleft().duration_s
        energy = sum(level.duration_s * level.mean_square for level in self._recent)
        self.rms_db = _db(math.sqrt(energy / max(duration_s, _RMS_S)))


class LevelMeterModel(MeterBallistics):
    """Shows the levels that the player has measured, at the volume that is set.

    Args:
        playback: Measures what is heard.
        transport: Says when something begins to be played.
        parent: Owner.
        clock: The time in seconds.
    """

    def __init__(
        self,
        playback: Playback,
        transport: TransportModel,
        parent: QObject | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        super().__init__(playback.take_heard, parent, clock)
        self._transport = transport
        transport.changed.connect(self._on_transport_changed)
        transport.begun.connect(self.reset)

    @property
    def is_fed(self) -> bool:
        """Whether something is heard."""
        return self._transport.is_playing and not self._transport.is_buffering

    @property
    def is_live(self) -> bool:
        """Whether playback is on."""
        return self._transport.is_playing

    @Slot()
    def _on_transport_changed(self) -> None:
        if self._transport.is_playing:
            self.start()


def _db(magnitude: float) -> float:
    """Decibels of full scale, at least `FLOOR_DB`."""
    return max(20 * math.log10(magnitude), FLOOR_DB) if magnitude > 0 else FLOOR_DB
