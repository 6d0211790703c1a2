"""The synchronous executor: runs a segment on all tiles before any tile enters the next segment.

It serves both layouts of tiles. With shared tiles it is the *exact* executor: each tile reads its
part of the previous activation with the halo of one segment, and attention attends to all tiles.
With padded tiles it is the *classic* one: each tile is an input of its own, and only group norms
are computed together. Norms with fixed statistics are no barrier, so the classic fast mode is the
same code with fewer segments.

Over several ranks each runs its own tiles, in the same segments. They meet after each one.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from torch import Tensor

from core.api.events import BarrierPassed, TileAdvanced, TileState
from core.api.progress import Progress
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.tiled_vae.executors.activation_store import Key, Slot
from core.tiled_vae.executors.attention_cache import AttentionCache
from core.tiled_vae.executors.rank_tiles import RankTiles
from core.tiled_vae.executors.tile_runner import SegmentOutput, TileRunner
from core.tiled_vae.graph.barriers import Attention, GroupNorm, KeysValues
from core.tiled_vae.graph.geometry import zigzag
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.segments import Segment, split_into_segments
from core.tiled_vae.graph.tiling import Tile

Order = Callable[[int, int, int], Iterator[int]]
Pool = Callable[[Moments], Moments]


class SynchronousExecutor:
    """One run of a queue over a tiling.

    Args:
        runner: Runs a segment on a tile. Group norms whose moments it already has are no barrier.
        progress: Where events go and cancelling comes from.
        pool: Turns the statistics of all tiles into those of the clip, where the tiles are only a
            sample of it.
        peers: The ranks that share the tiles.
        owners: The rank of each tile; None = this one has all.
        ring: Whether keys and values pass round between ranks; else each gets all of them.

    Attributes:
        sampled: Keys and values of the attention layers of a sample, by position in the queue.
    """

    order: Order = staticmethod(zigzag)

    def __init__(
        self,
        runner: TileRunner,
        progress: Progress,
        pool: Pool | None = None,
        *,
        peers: Peers = ALONE,
        owners: Sequence[int] | None = None,
        ring: bool = False,
    ) -> None:
        self._runner = runner
        self._progress = progress
        self._pool = pool
        self._peers = peers
        all_own = [peers.rank] * len(runner.tiling)
        self._tiles = RankTiles(peers, runner, owners or all_own, ring=ring)
        self.sampled: dict[int, KeysValues] = {}
        self._segments = split_into_segments(
            runner.network, fixed_norms=set(runner.moments), shared=runner.tiling.shared
        )
        self._barriers = [segment for segment in self._segments if segment.barrier is not None]

    def run(self) -> Iterator[tuple[Tile, Tensor]]:
        """Yield the results of the tiles' cores in the order of time, each as it becomes final.

        Of several ranks the first yields all of them, the others none.

        Raises:
            Cancelled: Before any tile's segment.
            RankError: Another rank failed.
        """
        try:
            for tile in self._runner.tiling.tiles:
                self._report(tile, TileState.WAITING, self._segments[0], 0)
            *passes, last = self._segments
            with self._peers.leaving_together():
                for segment in passes:
                    self._run_pass(segment)
                for tile, values in self._tiles.results(self._run_last(last)):
                    self._report(tile, TileState.DONE, last, last.stop)
                    yield tile, values
        finally:
            self._runner.close()

    def collect_statistics(self) -> dict[int, Moments]:
        """Run up to the last group norm only; returns the moments of all group norms."""
        try:
            for segment in self._segments[:-1]:
                self._run_pass(segment)
        finally:
            self._runner.close()
        return self._runner.moments

    def _run_pass(self, segment: Segment) -> None:
        """Run one segment on all tiles, store them, and merge what its barrier needs."""
        moments: dict[int, Moments] = {}
        cache = AttentionCache(self._runner.store, segment.index, joint=self._runner.tiling.shared)
        for tile, output in self._run_tiles(segment):
            self._store_output(segment, tile, output)
            match output.summary:
                case Moments():
                    moments[tile.index] = output.summary
                case KeysValues():
                    cache.add(tile.index, output.summary)
                    if self._pool is not None:
                        self.sampled[segment.stop] = output.summary
            self._report(tile, TileState.PARKED, segment, segment.stop)
            del output  # else this tile would stay on the device beside the next one
        self._meet_others(segment, moments, cache)
        self._runner.attention_cache = cache
        for tile in self._tiles.foreign:
            self._report(tile, TileState.PARKED, segment, segment.stop)
        if segment.barrier is not None:
            number = self._barriers.index(segment) + 1
            self._progress.emit(BarrierPassed(number, len(self._barriers), segment.barrier.name))

    def _meet_others(
        self, segment: Segment, moments: dict[int, Moments], cache: AttentionCache
    ) -> None:
        """Merge what all tiles found in a segment, and fetch what the next one reads of others."""
        following = self._segments[segment.index + 1]
        order = self._order(len(self._runner.tiling), segment)
        match segment.barrier:
            case GroupNorm():
                merged = self._tiles.merge_moments(following, moments, order)
                pooled = merged if self._pool is None else self._pool(merged)
                self._runner.moments[segment.stop] = pooled
            case Attention():
                self._tiles.complete_keys_values(following, cache, order)
            case None:
                self._tiles.fetch_rims(following)

    def _run_last(self, segment: Segment) -> Iterator[tuple[Tile, Tensor]]:
        """Run the last segment on this rank's tiles."""
        for tile, output in self._run_tiles(segment):
            yield tile, output.hidden.crop(segment.scale_out.resize(tile.core)).values

    def _run_tiles(self, segment: Segment) -> Iterator[tuple[Tile, SegmentOutput]]:
        """Run a segment on each tile of this rank in turn, and drop what no later tile reads."""
        tiles = self._tiles.own
        readers = Counter(source for tile in tiles for source in self._sources(segment, tile))
        for index in self._order(len(tiles), segment):
            tile = tiles[index]
            self._progress.check_cancelled()
            self._peers.check()
            self._report(tile, TileState.RUNNING, segment, segment.start)
            yield tile, self._runner.run_segment(segment, tile)
            for source in self._sources(segment, tile):
                readers[source] -= 1
                if readers[source] == 0:
                    self._drop_sources(segment, source)
        if segment.leaves_residual:
            self._runner.residual_from = segment.index
        self._runner.attention_cache.close()
        self._runner.attended.clear()
        self._runner.release_weights(segment)

    def _order(self, count: int, segment: Segment) -> Iterator[int]:
        return self.order(count, segment.index, len(self._segments))

    def _store_output(self, segment: Segment, tile: Tile, output: SegmentOutput) -> None:
        hidden = Key(Slot.HIDDEN, segment.index, tile.index)
        self._runner.store.put(hidden, output.hidden.values)
        if output.residual is not None:
            residual = Key(Slot.RESIDUAL, segment.index, tile.index)
            self._runner.store.put(residual, output.residual.values)

    def _drop_sources(self, segment: Segment, tile: int) -> None:
        """Drop the activations that a tile had before the segment."""
        self._runner.store.drop(Key(Slot.HIDDEN, segment.index - 1, tile))
        if segment.needs_residual:
            self._runner.store.drop(Key(Slot.RESIDUAL, self._runner.residual_from, tile))

    def _sources(self, segment: Segment, tile: Tile) -> list[int]:
        """The tiles whose stored activations a tile reads in a segment."""
        if segment.index == 0:
            return []
        window = segment.input_region(tile)
        overlapping = self._runner.tiling.overlapping(tile, window, segment.scale_in)
        return [other.index for other, _ in overlapping]

    def _report(self, tile: Tile, state: TileState, segment: Segment, task: int) -> None:
        layer = segment.tasks[0 if task == segment.start else -1].name
        total, device = len(self._runner.network), self._tiles.device_of(tile)
        self._progress.emit(TileAdvanced(tile.index, state, task, total, layer, device))
