"""What a layer reads to give, and how an axis is cut into even pieces: pure arithmetic.

Positions are indices of an activation along time and mel; regions are half-open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from core.api.region import Region, Span


@dataclass(frozen=True, slots=True)
class Reach:
    """Which inputs a layer needs for an output, the same along time and mel.

    Output `i` of a layer that changes no size reads inputs `i - before` to `i + after`. `down`
    and `up` say how the layer resizes the grid. Zeros stand outside the border of the plane.
    """

    before: int = 0
    after: int = 0
    down: int = 1
    up: int = 1

    def then(self, following: "Reach") -> "Reach":
        """How two layers in a row resize the grid; margins are left to `reads` of each."""
        return Reach(down=self.down * following.down, up=self.up * following.up)

    def resize(self, region: Region) -> Region:
        """The same place on the grid of the output."""
        return Region(self._resize(region.time), self._resize(region.bins))

    def reads(self, wanted: Region, limit: Region) -> Region:
        """The inputs needed to give `wanted`, within the plane `limit` of the input."""
        return Region(self._reads(wanted.time, limit.time), self._reads(wanted.bins, limit.bins))

    def gives(self, held: Region, limit: Region) -> Region:
        """All outputs that the inputs `held` suffice for, within the plane `limit` of the input.

        Law: `gives(reads(wanted))` covers `wanted`.
        """
        return Region(self._gives(held.time, limit.time), self._gives(held.bins, limit.bins))

    def _resize(self, span: Span) -> Span:
        return Span(span.start // self.down * self.up, span.stop // self.down * self.up)

    def _reads(self, wanted: Span, limit: Span) -> Span:
        start = wanted.start // self.up * self.down
        stop = -(-wanted.stop // self.up) * self.down
        return Span(start, stop).expand(self.before, self.after, limit)

    def _gives(self, held: Span, limit: Span) -> Span:
        first = held.start if held.start == limit.start else held.start + self.before
        last = held.stop if held.stop == limit.stop else held.stop - self.after
        start = -(-first // self.down) * self.up
        return Span(start, max(start, last // self.down * self.up))


IDENTITY = Reach()


def plane(time_frames: int, bins: int) -> Region:
    """The whole of an activation."""
    return Region(Span(0, time_frames), Span(0, bins))


def split(length: int, size: int, unit: int = 1) -> tuple[Span, ...]:
    """Cut an axis into even spans of at most `size`, each a multiple of `unit` long.

    A remainder below one unit belongs to the last span. Law: the spans cover every index exactly
    once, in order; apart from the remainder their lengths differ by at most one unit.
    """
    units = max(1, length // unit)
    count = -(-units // max(1, size // unit))
    edges = [units * i // count * unit for i in range(count)] + [length]
    return tuple(Span(start, stop) for start, stop in pairwise(edges))


def split_padded(length: int, size: int, padding: int, unit: int = 1) -> tuple[Span, ...]:
    """Cut an axis for tiles that carry `padding` (a multiple of `unit`) on each inner side.

    A tile at the border needs no padding there and is extended to the border instead, so that all
    padded tiles are about equally long. Law: the spans cover every index exactly once, in order.
    """
    inner = length - 2 * padding
    if inner <= size:
        return (Span(0, length),)
    cuts = [span.stop + padding for span in split(inner // unit * unit, size, unit)[:-1]]
    edges = [0, *cuts, length]
    return tuple(Span(start, stop) for start, stop in pairwise(edges))


def zigzag(count: int, pass_index: int, num_passes: int) -> Iterator[int]:
    """Order of the tiles in one pass: forward and backward in turn, the last pass forward.

    So the tile in hand at a turn is the first one needed, and the last pass gives the tiles in
    the order of time.
    """
    forward = (num_passes - 1 - pass_index) % 2 == 0
    return iter(range(count) if forward else range(count - 1, -1, -1))
