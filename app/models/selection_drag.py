"""What a drag over the clip chooses: something new, or what is chosen with one edge moved."""

from dataclasses import dataclass, replace

from app.models.selection import Edge, Selection
from core.region import Span


@dataclass(frozen=True, slots=True)
class SelectionDrag:
    """A drag that began somewhere; `to` says what it chooses by the time it got elsewhere.

    Attributes:
        time_s, place: Where it began, in seconds and in mel bins from the lower edge.
        with_bins: Whether a new selection takes in bins as well as time.
        edge: The edge that was taken hold of; None = a new selection.
        held: What was chosen when an edge was taken hold of.
    """

    time_s: float
    place: float
    with_bins: bool = False
    edge: Edge | None = None
    held: Selection | None = None

    def to(self, time_s: float, place: float) -> Selection:
        """The selection when the drag got to a point. An edge may cross the opposite one."""
        held, edge = self.held, self.edge
        if held is None or edge is None:
            bins = _bins_between(self.place, place) if self.with_bins else None
            return Selection(*sorted((self.time_s, time_s)), bins)
        if edge in (Edge.START, Edge.STOP):
            fixed_s = held.stop_s if edge is Edge.START else held.start_s
            start_s, stop_s = sorted((fixed_s, time_s))
            return replace(held, start_s=start_s, stop_s=stop_s)
        bins = held.bins or Span(0, 0)
        fixed = bins.stop if edge is Edge.LOW else bins.start
        return replace(held, bins=_between_edges(fixed, round(place)))


def grip(
    selection: Selection | None, time_s: float, place: float, reach_s: float, reach_bins: float
) -> Edge | None:
    """The edge of a selection that is within reach of a point; the nearest, if there are two."""
    if selection is None:
        return None
    low, high = (selection.bins.start, selection.bins.stop) if selection.bins else (None, None)
    distances = {
        Edge.START: abs(time_s - selection.start_s) / reach_s,
        Edge.STOP: abs(time_s - selection.stop_s) / reach_s,
    }
    if low is not None and high is not None:
        if not low - reach_bins <= place <= high + reach_bins:
            return None
        if selection.start_s - reach_s <= time_s <= selection.stop_s + reach_s:
            distances[Edge.LOW] = abs(place - low) / reach_bins
            distances[Edge.HIGH] = abs(place - high) / reach_bins
    nearest = min(distances, key=distances.__getitem__)
    return nearest if distances[nearest] <= 1.0 else None


def _bins_between(one: float, other: float) -> Span:
    """Every bin that the stretch between two places touches, at least one."""
    low, high = sorted((max(0.0, one), max(0.0, other)))
    return Span(int(low), int(high) + 1)


def _between_edges(one: int, other: int) -> Span:
    low, high = sorted((one, other))
    return Span(max(0, low), max(low + 1, high))
