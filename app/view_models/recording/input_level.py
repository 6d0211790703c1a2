"""The level of a sound input: a meter for each channel, and the lamp of samples at full scale."""

from collections import deque
from collections.abc import Callable
from functools import partial
from time import perf_counter

from PySide6.QtCore import QObject

from app.view_models.recording.recorder import Recorder
from app.view_models.transport.clip_lamp import ClipLamp
from app.view_models.transport.meter_ballistics import MeterBallistics
from app.view_models.transport.playback import LevelStep

FULL_SCALE = 1 - 2**-15
"""Of 16 bits: a device cuts off what is louder, so nothing above 1 ever comes."""

_MOST_WAITING = 100  # levels of a channel that nobody looks at


class InputMeterModel(MeterBallistics):
    """Shows the level of one channel.

    Args:
        levels: Knows the input.
        channel: 0 or 1.
        clock: The time in seconds.
    """

    def __init__(self, levels: "InputLevels", channel: int, clock: Callable[[], float]) -> None:
        super().__init__(partial(levels.take, channel), levels, clock)
        self._levels = levels

    @property
    def is_fed(self) -> bool:
        """Whether an input is open."""
        return self._levels.is_fed

    @property
    def is_live(self) -> bool:
        """Whether somebody looks at it."""
        return self._levels.is_wanted


class InputLevels(QObject):
    """Hands the levels that the recorder has measured to the meters of both channels.

    Attributes:
        meters: Of the left channel, or the only one, and of the right.
        lamp: Lit once a sample was at full scale.
        is_wanted: Whether somebody looks at them, also before the input is open.

    Args:
        recorder: Measures what comes in.
        parent: Owner.
        clock: The time in seconds.
    """

    def __init__(
        self,
        recorder: Recorder,
        parent: QObject | None = None,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        super().__init__(parent)
        self._recorder = recorder
        self._waiting = (
            deque[LevelStep](maxlen=_MOST_WAITING),
            deque[LevelStep](maxlen=_MOST_WAITING),
        )
        self.is_wanted = False
        self.lamp = ClipLamp(self)
        self.meters = InputMeterModel(self, 0, clock), InputMeterModel(self, 1, clock)

    @property
    def is_fed(self) -> bool:
        """Whether an input is open."""
        return bool(self._recorder.device)

    @property
    def held_db(self) -> float:
        """The highest peak of the last moments, of either channel."""
        return max(meter.held_db for meter in self.meters)

    def open(self) -> None:
        """Look from now on; forget what was measured before."""
        self.is_wanted = True
        self.lamp.put_out()
        for meter in self.meters:
            meter.reset()
            meter.start()

    def close(self) -> None:
        """Come to rest."""
        self.is_wanted = False

    def take(self, channel: int) -> list[LevelStep]:
        """The levels of a channel since the last call; those of the other one wait for it."""
        for of_channels in self._recorder.take_levels():
            for waiting, level in zip(self._waiting, of_channels, strict=False):
                waiting.append(level)
            peak = max(level.peak for level in of_channels)
            if peak >= FULL_SCALE:
                self.lamp.show_peak(max(self.lamp.peak, peak))
        waiting = self._waiting[channel]
        return [waiting.popleft() for _ in range(len(waiting))]
