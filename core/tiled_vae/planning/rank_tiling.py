"""Which rank computes which tiles: a stretch of the clip each, as long as the rank is fast."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

from core.api.region import Region, Span
from core.peers.sharing import Speeds, share_out
from core.tiled_vae.graph.geometry import split
from core.tiled_vae.graph.tiling import Tiling, padded_tiles, shared_tiles

LONGEST_STRETCH_BLOCKS = 128  # of a stream; 164 s of AudioLDM's


class Ranks(NamedTuple):
    """Who shares a clip.

    Attributes:
        speeds: How much each rank does in the same time; only ratios count.
        budgets_bytes: The memory that each may use; None = each as much as this one.
    """

    speeds: Speeds = (1.0,)
    budgets_bytes: Sequence[int] | None = None


ONE_RANK = Ranks()


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
    def shared(
        cls,
        area: Region,
        size: tuple[int, int],
        unit: int,
        speeds: Speeds,
        capacities: Sequence[float] | None = None,
    ) -> "RankTiling":
        """Shared tiles, a stretch of the clip for each rank.

        Args:
            area: The whole input of the network.
            size: Largest tile along time and along mel.
            unit: A tile's length is a multiple of it.
            speeds: How much each rank does in the same time.
            capacities: The most frames that each rank can hold; None = no limit.
        """
        units = [float(unit)] * max(1, area.time.length // unit)
        shares = share_out(units, speeds, capacities)
        return cls._of_shares(area, size, unit, [*enumerate(shares)], unit)

    @classmethod
    def dealt(
        cls, area: Region, size: tuple[int, int], unit: int, block: int, speeds: Speeds
    ) -> "RankTiling":
        """Chunks of a stream, in stretches that are dealt out in turn.

        So a rank waits at most one stretch long until the results before its own are there, and
        what it has to keep meanwhile does not grow with the clip. A stretch begins where a `block`
        of attention does: there fewest frames have to be computed by two ranks.
        """
        num_blocks = max(1, area.time.length // block)
        rounds = split(num_blocks, LONGEST_STRETCH_BLOCKS * len(speeds))
        shares = [
            (rank, share.shift(turn.start))
            for turn in rounds
            for rank, share in enumerate(share_out([1.0] * turn.length, speeds))
        ]
        return cls._of_shares(area, size, unit, shares, block)

    @classmethod
    def _of_shares(
        cls,
        area: Region,
        size: tuple[int, int],
        unit: int,
        shares: Sequence[tuple[int, Span]],
        step: int,
    ) -> "RankTiling":
        """Shared tiles for ranks with their shares in order, in steps of so many frames."""
        shares = [(rank, share) for rank, share in shares if share.length]
        stops = [*(share.stop * step for _, share in shares[:-1]), area.time.length]
        stretches = [Span(start, stop) for start, stop in pairwise([0, *stops])]
        tiling = shared_tiles(area, size, unit, stretches)
        owners = (shares[bisect_left(stops, tile.core.time.stop)][0] for tile in tiling.tiles)
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

    def of_rank(self, rank: int) -> Tiling:
        """The tiles of a rank; a rank may have none."""
        tiles = zip(self.tiling.tiles, self.owners, strict=True)
        return replace(self.tiling, tiles=tuple(tile for tile, owner in tiles if owner == rank))
