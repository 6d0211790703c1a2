"""The level of a sound input: its meter, and the lamp of samples at full scale."""

from collections.abc import Callable
from time import perf_counter

from PySide6.QtCore import QObject

from app.view_models.recording.recorder import Recorder
from app.view_models.transport.clip_lamp import ClipLamp
from app.view_models.transport.meter_ballistics import MeterBallistics
from app.view_models.transport.playback import LevelStep

FULL_SCALE = 1 - 2**-15
"""Of 16 bits: a device cuts off what is louder, so nothing above 1 ever comes."""


class InputMeterModel(MeterBallistics):
    """Shows the levels that the recorder has measured, and lights a lamp at full scale.

    Attributes:
        lamp: Lit once a sample was at full scale.
        is_wanted: Whether somebody looks at it, also before the input is open.

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
        super().__init__(self._take, parent, clock)
        self._recorder = recorder
        self.lamp = ClipLamp(self)
        self.is_wanted = False

    @property
    def is_fed(self) -> bool:
        """Whether an input is open."""
        return bool(self._recorder.device)

    @property
    def is_live(self) -> bool:
        """Whether somebody looks at it."""
        return self.is_wanted

    def _take(self) -> list[LevelStep]:
        levels = self._recorder.take_levels()
        peak = max((level.peak for level in levels), default=0.0)
        if peak >= FULL_SCALE:
            self.lamp.show_peak(max(self.lamp.peak, peak))
        return levels
