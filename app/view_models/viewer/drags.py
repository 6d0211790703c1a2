"""Drags over the clip: of a selection or its edges, and of the visible range. Pure functions."""

from dataclasses import dataclass, replace
from enum import StrEnum

from app.view_models.viewer.selection import Edge, Selection
from core.frequency_scale import FrequencyScale, dragged_edge

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class SelectionDrag:
    """A drag that makes a selection, or moves one of its edges.

    Attributes:
        time_s, place: Where it began, in seconds and on the axis of frequencies.
        scale: That axis.
        with_band: Whether a new selection limits the frequencies as well as time.
        edge: The edge that is dragged; None = a new selection.
        held: The selection when the drag of an edge began.
    """

    time_s: float
    place: float
    scale: FrequencyScale
    with_band: bool = False
    edge: Edge | None = None
    held: Selection | None = None

    def to(self, time_s: float, place: float) -> Selection:
        """Return the selection of a drag to a point. An edge may cross the opposite one."""
        held, edge = self.held, self.edge
        if held is None or edge is None:
            band_hz = self.scale.band_between(self.place, place) if self.with_band else None
            return Selection(min(self.time_s, time_s), max(self.time_s, time_s), band_hz)
        if edge in (Edge.START, Edge.STOP):
            fixed_s = held.stop_s if edge is Edge.START else held.start_s
            start_s, stop_s = sorted((fixed_s, time_s))
            return replace(held, start_s=start_s, stop_s=stop_s)
        low_hz, high_hz = held.band_hz or (0.0, self.scale.highest_hz)
        fixed_hz = high_hz if edge is Edge.LOW else low_hz
        return replace(held, band_hz=dragged_edge(fixed_hz, place, self.scale))


class Grip(StrEnum):
    """The part of the visible range that is dragged."""

    START = "start"
    STOP = "stop"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class RangeDrag:
    """A drag of the visible range.

    Attributes:
        held_s: The range when the drag began, in seconds.
        from_s: Where the drag began.
        grip: The part that is dragged.
        duration_s: Length of the clip, which the range never leaves.
        shortest_s: The shortest range that can be shown.
    """

    held_s: Range
    from_s: float
    grip: Grip
    duration_s: float
    shortest_s: float

    def to(self, time_s: float) -> Range:
        """Return the range of a drag to a moment."""
        start_s, stop_s = self.held_s
        by_s = time_s - self.from_s
        if self.grip is Grip.START:
            return max(0.0, min(start_s + by_s, stop_s - self.shortest_s)), stop_s
        if self.grip is Grip.STOP:
            return start_s, min(self.duration_s, max(stop_s + by_s, start_s + self.shortest_s))
        by_s = max(-start_s, min(by_s, self.duration_s - stop_s))
        return start_s + by_s, stop_s + by_s


def edge_at(
    selection: Selection | None,
    time_s: float,
    place: float,
    *,
    reach: tuple[float, float],
    scale: FrequencyScale,
) -> Edge | None:
    """Return the edge of a selection within reach of a point; of two, the nearer one.

    Args:
        selection: The selection.
        time_s: The point in seconds.
        place: The point on the axis of frequencies.
        reach: How near it has to be, in seconds and in places.
        scale: That axis.
    """
    if selection is None:
        return None
    reach_s, reach_places = reach
    low, high = map(scale.place_of, selection.band_hz) if selection.band_hz else (None, None)
    distances = {
        Edge.START: abs(time_s - selection.start_s) / reach_s,
        Edge.STOP: abs(time_s - selection.stop_s) / reach_s,
    }
    if low is not None and high is not None:
        if not low - reach_places <= place <= high + reach_places:
            return None
        if selection.start_s - reach_s <= time_s <= selection.stop_s + reach_s:
            distances[Edge.LOW] = abs(place - low) / reach_places
            distances[Edge.HIGH] = abs(place - high) / reach_places
    nearest = min(distances, key=distances.__getitem__)
    return nearest if distances[nearest] <= 1.0 else None


def grip_at(time_s: float, visible_s: Range, reach_s: float) -> Grip | None:
    """Return the part of the visible range at a moment; None beside it. Ends take precedence."""
    start_s, stop_s = visible_s
    if abs(time_s - start_s) <= reach_s and abs(time_s - start_s) <= abs(time_s - stop_s):
        return Grip.START
    if abs(time_s - stop_s) <= reach_s:
        return Grip.STOP
    return Grip.WHOLE if start_s < time_s < stop_s else None


def centred(time_s: float, visible_s: Range, duration_s: float) -> Range:
    """Return a range of the same length about a moment, moved to lie within the clip."""
    length_s = min(visible_s[1] - visible_s[0], duration_s)
    start_s = max(0.0, min(time_s - length_s / 2, duration_s - length_s))
    return start_s, start_s + length_s
