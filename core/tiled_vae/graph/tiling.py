"""Tilings: the core of each tile, its padding, and which tiles a region overlaps.

There are two layouts: `shared_tiles` read their neighbours' borders, `padded_tiles` are the classic
ones, each computed as an input of its own.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.api.region import Region, Span
from core.tiled_vae.graph.geometry import Reach, split, split_padded


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile, on the grid of the network's input.

    Attributes:
        index: Its number, in the order of time.
        core: Its part of the result and of the statistics.
        padded: What it stores between two segments: its core, with its padding if it has any.
        extent: The region beyond which its layers read zeros.
    """

    index: int
    core: Region
    padded: Region
    extent: Region


@dataclass(frozen=True, slots=True)
class Tiling:
    """Tiles in rows along time and columns along mel, in the order of time.

    Attributes:
        tiles: All tiles.
        columns: Tiles in a row.
        shared: Whether tiles read from each other.
    """

    tiles: tuple[Tile, ...]
    columns: int
    shared: bool

    def __len__(self) -> int:
        return len(self.tiles)

    def overlapping(
        self, tile: Tile, window: Region, scale: Reach
    ) -> Iterator[tuple[Tile, Region]]:
        """The tiles that hold a part of `window`, each with that part.

        Law: the parts cover the window exactly once.

        Args:
            tile: The tile that reads.
            window: Region of an activation around the tile, within its extent.
            scale: From the input's grid to that of the activation.
        """
        if not self.shared:
            yield self.tiles[tile.index], window
            return
        row, column = divmod(tile.index, self.columns)
        rows = len(self.tiles) // self.columns
        for time, r in _overlaps(row, rows, window.time, lambda r: self._time(r, scale)):
            for bins, c in _overlaps(
                column, self.columns, window.bins, lambda c: self._bins(c, scale)
            ):
                yield self.tiles[r * self.columns + c], Region(time, bins)

    def _time(self, row: int, scale: Reach) -> Span:
        return scale.resize(self.tiles[row * self.columns].padded).time

    def _bins(self, column: int, scale: Reach) -> Span:
        return scale.resize(self.tiles[column].padded).bins


def shared_tiles(
    area: Region,
    size: tuple[int, int],
    unit: int = 1,
    stretches: Sequence[Span] | None = None,
) -> Tiling:
    """Tiles that cover the area exactly once and read their halo from each other.

    Args:
        area: The whole input of the network.
        size: Largest tile along time and along mel.
        unit: A tile's length is a multiple of it: the factor by which an encoder shrinks.
        stretches: Spans that cover the time axis, each to be split by itself; None = all as one.
    """
    rows = [
        span.shift(stretch.start)
        for stretch in stretches or [Span(0, area.time.length)]
        for span in split(stretch.length, size[0], unit)
    ]
    columns = split(area.bins.length, size[1], unit)
    cores = [Region(time, bins) for time in rows for bins in columns]
    tiles = tuple(Tile(i, core, core, area) for i, core in enumerate(cores))
    return Tiling(tiles, len(columns), shared=True)


def padded_tiles(area: Region, size: tuple[int, int], padding: int, unit: int = 1) -> Tiling:
    """The classic tiles, each an input of its own, extended by `padding` on inner sides."""
    rows = split_padded(area.time.length, size[0], padding, unit)
    columns = split_padded(area.bins.length, size[1], padding, unit)
    cores = [Region(time, bins) for time in rows for bins in columns]
    tiles = tuple(_padded_tile(i, core, area, padding) for i, core in enumerate(cores))
    return Tiling(tiles, len(columns), shared=False)


def _padded_tile(index: int, core: Region, area: Region, padding: int) -> Tile:
    padded = Region(
        core.time.expand(padding, padding, area.time),
        core.bins.expand(padding, padding, area.bins),
    )
    return Tile(index, core, padded, extent=padded)


def _overlaps(
    centre: int, count: int, window: Span, span_of: Callable[[int], Span]
) -> list[tuple[Span, int]]:
    """The overlaps of spans with the window, with their indices, from `centre` both ways."""
    overlaps = [(span_of(centre).intersect(window), centre)]
    for step in (-1, 1):
        index = centre + step
        while 0 <= index < count and (part := span_of(index).intersect(window)).length:
            overlaps.append((part, index))
            index += step
    return sorted(overlaps)
