"""Seconds to pixels along a strip, and back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TimeScale:
    """A stretch of time over a width.

    `time_at` undoes `x_of`.

    Attributes:
        start_s, stop_s: The stretch; an empty one is drawn as a second.
        width_px: The width.
    """

    start_s: float
    stop_s: float
    width_px: float

    @property
    def px_per_s(self) -> float:
        """How wide a second is."""
        return self.width_px / ((self.stop_s - self.start_s) or 1.0)

    def x_of(self, time_s: float) -> float:
        """Where a moment is, in pixels from the left edge; outside the stretch, beyond it."""
        return (time_s - self.start_s) * self.px_per_s

    def time_at(self, x_px: float) -> float:
        """The moment at a pixel."""
        return self.start_s + x_px / (self.px_per_s or 1.0)
