"""The executor that carries all tiles through one segment before any enters the next.

It serves every layout of tiles. With sharing tiles it is the *exact* executor: each tile reads its
part of the previous activation with the halo of one segment, and attention sees all tiles. With
padded tiles it is the *classic* one: each tile is a picture of its own, and only group norms are
computed together. Norms whose statistics are known beforehand are no barrier, so the classic fast
mode is the same code with fewer stops.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from torch import Tensor

from core.api.events import BarrierPassed, TileAdvanced, TileState
from core.api.progress import Progress
from core.tiled_vae.executors.activation_store import Key, Slot
from core.tiled_vae.executors.attention_cache import AttentionCache
from core.tiled_vae.executors.tile_runner import Crossing, TileRunner
from core.tiled_vae.graph.barriers import KeysValues
from core.tiled_vae.graph.geometry import zigzag
from core.tiled_vae.graph.moments import Moments
from core.tiled_vae.graph.segments import Segment, cut
from core.tiled_vae.graph.tiling import Tile

Order = Callable[[int, int, int], Iterator[int]]
Pool = Callable[[Moments], Moments]


class SynchronousExecutor:
    """One run of a queue over a tiling.

    Args:
        passage: Carries a tile through a segment. Group norms whose moments it already knows are
            no barrier.
        progress: Events out, the wish to stop in.
        pool: What the statistics of all tiles together say of the clip, where the tiles are but
            a sample of it.

    Attributes:
        sampled: Of a sample, what its attention layers have to show, by position in the queue.
    """

    order: Order = staticmethod(zigzag)

    def __init__(self, passage: TileRunner, progress: Progress, pool: Pool | None = None) -> None:
        self._passage = passage
        self._progress = progress
        self._pool = pool
        self.sampled: dict[int, KeysValues] = {}
        self._segments = cut(
            passage.network, known=set(passage.moments), shared=passage.tiling.shared
        )
        self._barriers = [segment for segment in self._segments if segment.barrier is not None]

    def run(self) -> Iterator[tuple[Tile, Tensor]]:
        """Results of the tiles' cores, in the order of time, each as it becomes final.

        Raises:
            Cancelled: Before any tile's segment.
        """
        try:
            for tile in self._passage.tiling.tiles:
                self._say(tile, TileState.WAITING, self._segments[0], 0)
            *passes, last = self._segments
            for segment in passes:
                self._pass(segment)
            for tile, crossing in self._crossings(last):
                core = crossing.hidden.crop(last.scale_out.resize(tile.core))
                self._say(tile, TileState.DONE, last, last.stop)
                yield tile, core.values
        finally:
            self._passage.close()

    def learn(self) -> dict[int, Moments]:
        """Run up to the last group norm only; the statistics of all of them."""
        try:
            for segment in self._segments[:-1]:
                self._pass(segment)
        finally:
            self._passage.close()
        return self._passage.moments

    def _pass(self, segment: Segment) -> None:
        """Run one segment on all tiles, park them, and learn what its barrier needs."""
        moments: list[Moments] = []
        sight = AttentionCache(
            self._passage.store, segment.index, joint=self._passage.tiling.shared
        )
        for tile, crossing in self._crossings(segment):
            self._park(segment, tile, crossing)
            match crossing.summary:
                case Moments():
                    moments.append(crossing.summary)
                case KeysValues():
                    sight.add(tile.index, crossing.summary)
                    if self._pool is not None:
                        self.sampled[segment.stop] = crossing.summary
            self._say(tile, TileState.PARKED, segment, segment.stop)
            del crossing  # or this tile would stay on the device beside the next one
        if moments:
            merged = Moments.merge(moments)
            pooled = merged if self._pool is None else self._pool(merged)
            self._passage.moments[segment.stop] = pooled
        self._passage.sight = sight
        if segment.barrier is not None:
            number = self._barriers.index(segment) + 1
            self._progress.emit(BarrierPassed(number, len(self._barriers), segment.barrier.name))

    def _crossings(self, segment: Segment) -> Iterator[tuple[Tile, Crossing]]:
        """Run a segment on each tile in turn; forget what no tile will read any more."""
        tiles = self._passage.tiling.tiles
        readers = Counter(source for tile in tiles for source in self._sources(segment, tile))
        for index in self.order(len(tiles), segment.index, len(self._segments)):
            tile = tiles[index]
            self._progress.check_cancelled()
            self._say(tile, TileState.RUNNING, segment, segment.start)
            yield tile, self._passage.cross(segment, tile)
            for source in self._sources(segment, tile):
                readers[source] -= 1
                if readers[source] == 0:
                    self._forget(segment, source)
        if segment.leaves_residual:
            self._passage.residual_from = segment.index
        self._passage.sight.close()
        self._passage.release(segment)

    def _park(self, segment: Segment, tile: Tile, crossing: Crossing) -> None:
        hidden = Key(Slot.HIDDEN, segment.index, tile.index)
        self._passage.store.put(hidden, crossing.hidden.values)
        if crossing.residual is not None:
            residual = Key(Slot.RESIDUAL, segment.index, tile.index)
            self._passage.store.put(residual, crossing.residual.values)

    def _forget(self, segment: Segment, tile: int) -> None:
        """Forget what a tile brought into the segment."""
        self._passage.store.drop(Key(Slot.HIDDEN, segment.index - 1, tile))
        if segment.needs_residual:
            self._passage.store.drop(Key(Slot.RESIDUAL, self._passage.residual_from, tile))

    def _sources(self, segment: Segment, tile: Tile) -> list[int]:
        """The tiles whose parked activations a tile reads in a segment."""
        if segment.index == 0:
            return []
        window = segment.window(tile)
        meeting = self._passage.tiling.meeting(tile, window, segment.scale_in)
        return [other.index for other, _ in meeting]

    def _say(self, tile: Tile, state: TileState, segment: Segment, task: int) -> None:
        layer = segment.tasks[0 if task == segment.start else -1].name
        total, device = len(self._passage.network), str(self._passage.device)
        self._progress.emit(TileAdvanced(tile.index, state, task, total, layer, device))
