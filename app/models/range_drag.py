"""What a drag over the overview makes of the visible range: moved as a whole, or by one end."""

from dataclasses import dataclass
from enum import StrEnum

Range = tuple[float, float]


class Grip(StrEnum):
    """Where the visible range is taken hold of."""

    START = "start"
    STOP = "stop"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class RangeDrag:
    """A drag of the visible range.

    Attributes:
        held_s: The range when the drag began, in seconds.
        from_s: Where it was taken hold of.
        grip: By which part.
        duration_s: Length of the clip, which the range never leaves.
        shortest_s: The shortest range that can be shown.
    """

    held_s: Range
    from_s: float
    grip: Grip
    duration_s: float
    shortest_s: float

    def to(self, time_s: float) -> Range:
        """The range when the drag got to a moment."""
        start_s, stop_s = self.held_s
        by_s = time_s - self.from_s
        if self.grip is Grip.START:
            return max(0.0, min(start_s + by_s, stop_s - self.shortest_s)), stop_s
        if self.grip is Grip.STOP:
            return start_s, min(self.duration_s, max(stop_s + by_s, start_s + self.shortest_s))
        by_s = max(-start_s, min(by_s, self.duration_s - stop_s))
        return start_s + by_s, stop_s + by_s


def grip_at(time_s: float, visible_s: Range, reach_s: float) -> Grip | None:
    """The part of the visible range under a moment; None beside it. Ends come before the middle."""
    start_s, stop_s = visible_s
    if abs(time_s - start_s) <= reach_s and abs(time_s - start_s) <= abs(time_s - stop_s):
        return Grip.START
    if abs(time_s - stop_s) <= reach_s:
        return Grip.STOP
    return Grip.WHOLE if start_s < time_s < stop_s else None


def centred(time_s: float, visible_s: Range, duration_s: float) -> Range:
    """A range of the same length about a moment, pushed back into the clip."""
    length_s = min(visible_s[1] - visible_s[0], duration_s)
    start_s = max(0.0, min(time_s - length_s / 2, duration_s - length_s))
    return start_s, start_s + length_s
