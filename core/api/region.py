"""Half-open spans of frames, and rectangles of two of them.

Pure geometry, used by the tiled engine, its events and the tile grid on screen.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The indices `start <= i < stop` along one axis."""

    start: int
    stop: int

    def __post_init__(self) -> None:
        if self.stop < self.start:
            raise ValueError(f"a span cannot end ({self.stop}) before it starts ({self.start})")

    @property
    def length(self) -> int:
        """Number of indices."""
        return self.stop - self.start

    @property
    def slice(self) -> slice:
        """The slice for indexing an array."""
        return slice(self.start, self.stop)

    def expand(self, before: int, after: int, limit: "Span") -> "Span":
        """The span with a margin on each side, cut off at the borders of `limit`."""
        return Span(max(self.start - before, limit.start), min(self.stop + after, limit.stop))

    def intersect(self, other: "Span") -> "Span":
        """The indices of both; empty where they do not overlap."""
        start = max(self.start, other.start)
        return Span(start, max(start, min(self.stop, other.stop)))

    def shift(self, by: int) -> "Span":
        """The span moved by `by`."""
        return Span(self.start + by, self.stop + by)

    def scale(self, factor: int) -> "Span":
        """The same span on an axis `factor` times finer."""
        return Span(self.start * factor, self.stop * factor)


@dataclass(frozen=True, slots=True, order=True)
class Region:
    """A rectangle of a spectrogram or of an activation: `time` x `bins`."""

    time: Span
    bins: Span

    @property
    def area(self) -> int:
        """Number of cells."""
        return self.time.length * self.bins.length

    @property
    def slices(self) -> tuple[slice, slice]:
        """Indices of the last two axes, (..., time, mel)."""
        return self.time.slice, self.bins.slice

    def scale(self, factor: int) -> "Region":
        """The same rectangle on axes `factor` times finer."""
        return Region(self.time.scale(factor), self.bins.scale(factor))
