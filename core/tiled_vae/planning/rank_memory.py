"""What each of several ranks needs for its stretch of a clip, and how long a one it can hold."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.tiled_vae.graph.tasks import Task
from core.tiled_vae.graph.tiling import Tiling
from core.tiled_vae.planning.memory_model import (
    ComputeSizes,
    MemoryProfile,
    SegmentMemory,
    synchronous_memory,
)
from core.tiled_vae.planning.rank_tiling import RankTiling

_NOTHING = MemoryProfile((SegmentMemory(0, 0),))


@dataclass(frozen=True, slots=True)
class RankMemory:
    """Predicts the memory of ranks that hold tiles of one clip.

    Attributes:
        queue: All tasks.
        sizes: Batch and bytes of a number.
        ring: Whether keys and values pass round between the ranks.
    """

    queue: Sequence[Task]
    sizes: ComputeSizes
    ring: bool

    def profiles(self, tiling: RankTiling, num_ranks: int) -> list[MemoryProfile]:
        """The memory of each rank; nothing for one without tiles."""
        return [self._profile(tiling, tiling.of_rank(rank)) for rank in range(num_ranks)]

    def room_in_frames(self, tiling: RankTiling, budgets_bytes: Sequence[int]) -> list[float]:
        """About how many frames of the input each rank can hold, at least one.

        What a rank needs grows evenly from its first tile alone to all that it has.

        Args:
            tiling: Tiles of about the sizes that are wanted.
            budgets_bytes: What each rank may use.
        """
        return [
            max(1.0, self._room(tiling, tiling.of_rank(rank), budget_bytes))
            for rank, budget_bytes in enumerate(budgets_bytes)
        ]

    def _room(self, tiling: RankTiling, own: Tiling, budget_bytes: int) -> float:
        first = replace(own, tiles=own.tiles[:1])
        frames, first_frames = (
            sum(tile.core.time.length for tile in some.tiles) for some in (own, first)
        )
        needed, least = (self._profile(tiling, some).peak_bytes() for some in (own, first))
        if needed == least:  # one tile: what others would need is not known
            return float(frames)
        return first_frames + (budget_bytes - least) * (frames - first_frames) / (needed - least)

    def _profile(self, tiling: RankTiling, own: Tiling) -> MemoryProfile:
        if not own.tiles:
            return _NOTHING
        return synchronous_memory(self.queue, tiling.tiling, self.sizes, own, ring=self.ring)
