"""The tiles of a plane: what each answers for, what it holds, and which of them meet.

Two layouts are made here: `sharing_tiles` read their neighbours' borders, `padded_tiles` are the
classic ones, each a plane of its own.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.api.region import Region, Span
from core.tiled_vae.graph.geometry import Reach, split, split_padded


@dataclass(frozen=True, slots=True)
class Tile:
    """One piece of the plane, on the grid of the network's input.

    Attributes:
        index: Its number, in the order of time.
        core: What it answers for: its part of the result and of the statistics.
        kept: What it holds between two layers: its core, with its padding if it has any.
        extent: The plane it lives in, beyond which lie zeros.
    """

    index: int
    core: Region
    kept: Region
    extent: Region


@dataclass(frozen=True, slots=True)
class Tiling:
    """Tiles in rows along time and columns along mel, in the order of time.

    Attributes:
        tiles: All of them.
        columns: Tiles in a row.
        shared: Whether they lie in one plane and read from each other.
    """

    tiles: tuple[Tile, ...]
    columns: int
    shared: bool

    def __len__(self) -> int:
        return len(self.tiles)

    def meeting(self, tile: Tile, window: Region, scale: Reach) -> Iterator[tuple[Tile, Region]]:
        """The tiles that hold a part of `window`, each with that part.

        Args:
            tile: The tile that wants to read.
            window: Region of an activation, around the tile, inside its plane.
            scale: From the input's grid to that of the activation.
        """
        if not self.shared:
            yield self.tiles[tile.index], window
            return
        row, column = divmod(tile.index, self.columns)
        rows = len(self.tiles) // self.columns
        for time, r in _around(row, rows, window.time, lambda r: self._time(r, scale)):
            for bins, c in _around(
                column, self.columns, window.bins, lambda c: self._bins(c, scale)
            ):
                yield self.tiles[r * self.columns + c], Region(time, bins)

    def _time(self, row: int, scale: Reach) -> Span:
        return scale.resize(self.tiles[row * self.columns].kept).time

    def _bins(self, column: int, scale: Reach) -> Span:
        return scale.resize(self.tiles[column].kept).bins


def sharing_tiles(plane: Region, size: tuple[int, int], unit: int = 1) -> Tiling:
    """Tiles that cover the plane once and read what they need from each other.

    Args:
        plane: The network's input.
        size: Largest tile along time and along mel.
        unit: What a tile's length has to be a multiple of: the factor of a shrinking network.
    """
    rows = split(plane.time.length, size[0], unit)
    columns = split(plane.bins.length, size[1], unit)
    cores = [Region(time, bins) for time in rows for bins in columns]
    tiles = tuple(Tile(i, core, core, plane) for i, core in enumerate(cores))
    return Tiling(tiles, len(columns), shared=True)


def padded_tiles(plane: Region, size: tuple[int, int], padding: int, unit: int = 1) -> Tiling:
    """The classic tiles, each computed as a picture of its own, `padding` wider on inner sides."""
    rows = split_padded(plane.time.length, size[0], padding, unit)
    columns = split_padded(plane.bins.length, size[1], padding, unit)
    cores = [Region(time, bins) for time in rows for bins in columns]
    tiles = tuple(_padded_tile(i, core, plane, padding) for i, core in enumerate(cores))
    return Tiling(tiles, len(columns), shared=False)


def _padded_tile(index: int, core: Region, plane: Region, padding: int) -> Tile:
    kept = Region(
        core.time.expand(padding, padding, plane.time),
        core.bins.expand(padding, padding, plane.bins),
    )
    return Tile(index, core, kept, extent=kept)


def _around(
    centre: int, count: int, window: Span, span_of: Callable[[int], Span]
) -> list[tuple[Span, int]]:
    """What spans around `centre` share with the window, walking both ways until they miss it."""
    found = [(span_of(centre).intersect(window), centre)]
    for step in (-1, 1):
        index = centre + step
        while 0 <= index < count and (part := span_of(index).intersect(window)).length:
            found.append((part, index))
            index += step
    return sorted(found)
