"""Which rank computes which tiles: a stretch of the clip each, as long as the rank is fast."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.api.region import Region, Span
from core.peers.sharing import share_out
from core.tiled_vae.graph.tiling import Tiling, padded_tiles, shared_tiles

Speeds = Sequence[float]
ONE_RANK: Speeds = (1.0,)


@dataclass(frozen=True, slots=True)
class RankTiling:
    """A tiling over ranks.

    Attributes:
        tiling: All tiles.
        owners: The rank of each tile.
    """

    tiling: Tiling
    owners: tuple[int, ...]

    @classmethod
    def shared(cls, area: Region, size: tuple[int, int], unit: int, speeds: Speeds) -> "RankTiling":
        """Shared tiles; the ranks' stretches differ by at most one `unit` from the ideal ones.

        Args:
            area: The whole input of the network.
            size: Largest tile along time and along mel.
            unit: A tile's length is a multiple of it.
            speeds: How much each rank does in the same time.
        """
        stretches = _stretches(area.time.length, unit, speeds)
        tiling = shared_tiles(area, size, unit, stretches)
        stops = [stretch.stop for stretch in stretches]
        owners = (
            next(rank for rank, stop in enumerate(stops) if tile.core.time.stop <= stop)
            for tile in tiling.tiles
        )
        return cls(tiling, tuple(owners))

    @classmethod
    def padded(
        cls, area: Region, size: tuple[int, int], padding: int, unit: int, speeds: Speeds
    ) -> "RankTiling":
        """The classic tiles, which are inputs of their own: only their number is shared out."""
        tiling = padded_tiles(area, size, padding, unit)
        stretches = share_out([tile.padded.area for tile in tiling.tiles], speeds)
        owners = (rank for rank, stretch in enumerate(stretches) for _ in range(stretch.length))
        return cls(tiling, tuple(owners))

    @property
    def largest(self) -> Tiling:
        """The tiles of the rank that has most of them."""
        held = Counter(self.owners)
        rank = max(held, key=lambda owner: held[owner])
        tiles = zip(self.tiling.tiles, self.owners, strict=True)
        return replace(self.tiling, tiles=tuple(tile for tile, owner in tiles if owner == rank))


def deal_out(count: int, speeds: Speeds) -> tuple[int, ...]:
    """The rank of each of `count` independent items that are wanted in order.

    The next item goes to the rank that would have done it first, so that none waits for another
    one's whole share.
    """
    owners: list[int] = []
    busy_until = [0.0] * len(speeds)
    for _ in range(count):
        rank = min(range(len(speeds)), key=lambda rank: busy_until[rank] + 1 / speeds[rank])
        busy_until[rank] += 1 / speeds[rank]
        owners.append(rank)
    return tuple(owners)


def _stretches(length: int, unit: int, speeds: Speeds) -> list[Span]:
    """A stretch of an axis for each rank that gets one, in order."""
    shares = share_out([1.0] * max(1, length // unit), speeds)
    stretches = [share.scale(unit) for share in shares if share.length]
    return [*stretches[:-1], Span(stretches[-1].start, length)]
