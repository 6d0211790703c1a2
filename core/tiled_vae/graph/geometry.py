"""Receptive fields of layers and the split of an axis into even pieces: pure arithmetic.

Positions are indices of an activation along time and mel; regions are half-open.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from core.api.region import Region, Span


@dataclass(frozen=True, slots=True)
class Reach:
    """A layer's receptive field and scale, the same along time and mel.

    Output `i` of a layer that keeps the size reads inputs `i - before` to `i + after`. `down` and
    `up` are the factors by which the layer shrinks and grows the grid. Beyond the border of the
    activation it reads zeros.
    """

    before: int = 0
    after: int = 0
    down: int = 1
    up: int = 1

    def then(self, following: "Reach") -> "Reach":
        """The scale of two layers in a row, without their receptive fields."""
        return Reach(down=self.down * following.down, up=self.up * following.up)

    def resize(self, region: Region) -> Region:
        """The same region on the grid of the output."""
        return Region(self._resize(region.time), self._resize(region.bins))

    def input_region(self, wanted: Region, limit: Region) -> Region:
        """The inputs needed for the outputs `wanted`, within the whole input `limit`."""
        return Region(
            self._input_span(wanted.time, limit.time), self._input_span(wanted.bins, limit.bins)
        )

    def output_region(self, available: Region, limit: Region) -> Region:
        """All outputs that can be computed from `available`, within the whole input `limit`.

        Law: `output_region(input_region(wanted))` covers `wanted`.
        """
        return Region(
            self._output_span(available.time, limit.time),
            self._output_span(available.bins, limit.bins),
        )

    def _resize(self, span: Span) -> Span:
        return Span(span.start // self.down * self.up, span.stop // self.down * self.up)

    def _input_span(self, wanted: Span, limit: Span) -> Span:
        start = wanted.start // self.up * self.down
        stop = -(-wanted.stop // self.up) * self.down
        return Span(start, stop).expand(self.before, self.after, limit)

    def _output_span(self, available: Span, limit: Span) -> Span:
        first = available.start if available.start == limit.start else available.start + self.before
        last = available.stop if available.stop == limit.stop else available.stop - self.after
        start = -(-first // self.down) * self.up
        return Span(start, max(start, last // self.down * self.up))


IDENTITY = Reach()


def whole_region(time_frames: int, bins: int) -> Region:
    """The region of a whole activation."""
    return Region(Span(0, time_frames), Span(0, bins))


def split(length: int, size: int, unit: int = 1) -> tuple[Span, ...]:
    """Split an axis into even spans of at most `size`, each a multiple of `unit` long.

    A remainder below one unit belongs to the last span. Law: the spans cover every index exactly
    once, in order; apart from the remainder their lengths differ by at most one unit.
    """
    units = max(1, length // unit)
    count = -(-units // max(1, size // unit))
    edges = [units * i // count * unit for i in range(count)] + [length]
    return tuple(Span(start, stop) for start, stop in pairwise(edges))


def split_padded(length: int, size: int, padding: int, unit: int = 1) -> tuple[Span, ...]:
    """Split an axis for tiles that carry `padding` (a multiple of `unit`) on each inner side.

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
    """The order of tiles in one pass: forward and backward in turn, the last pass forward.

    So the last tile of a pass, which is still on the device, is the first of the next one, and
    the last pass yields the tiles in the order of time.
    """
    forward = (num_passes - 1 - pass_index) % 2 == 0
    return iter(range(count) if forward else range(count - 1, -1, -1))
