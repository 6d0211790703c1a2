"""The executor that carries all tiles through one segment before any enters the next.

It serves every layout of tiles. With sharing tiles it is the *exact* executor: each tile reads its
part of the previous activation with the halo of one segment, and attention sees all tiles. With
padded tiles it is the *classic* one: each tile is a picture of its own, and only group norms are
computed together. Norms whose statistics are known beforehand are no barrier, so the classic fast
mode is the same code with fewer stops.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from core.events import BarrierPassed, TileAdvanced, TileState
from core.progress import Progress
from core.region import Region
from core.tiled_vae.barriers import Attention, GroupNorm, KeysValues
from core.tiled_vae.geometry import zigzag
from core.tiled_vae.patch import Patch
from core.tiled_vae.segments import Segment, cut
from core.tiled_vae.statistics import Moments
from core.tiled_vae.store import ActivationStore, Key, Slot
from core.tiled_vae.tasks import AddResidual, StoreResidual, Task
from core.tiled_vae.tiling import Tile, Tiling


@dataclass
class SynchronousExecutor:
    """One run of a queue over a tiling.

    Attributes:
        queue: The tasks, their weights on the device and in the precision to compute in.
        tiling: The tiles.
        source: The network's input (B, C, T, F); read tile by tile.
        store: Where tiles rest.
        progress: Events out, the wish to stop in.
        device: Where to compute.
        dtype: Precision to compute in.
        known: Statistics fixed beforehand, by position in the queue.
        found: All statistics, by position in the queue, as the run goes on.
    """

    queue: Sequence[Task]
    tiling: Tiling
    source: Tensor
    store: ActivationStore
    progress: Progress
    device: torch.device
    dtype: torch.dtype
    known: Mapping[int, Moments] = field(default_factory=dict)
    found: dict[int, Moments] = field(init=False)

    def __post_init__(self) -> None:
        self.found = dict(self.known)
        self._segments = cut(self.queue, known=self.known, joint_attention=self.tiling.shared)
        self._seen: KeysValues | None = None
        self._residual_from = 0

    def run(self) -> Iterator[tuple[Tile, Tensor]]:
        """Results of the cores, in the order of time, each as it becomes final.

        Raises:
            Cancelled: Between two tiles' segments.
        """
        try:
            *passes, last = self._segments
            for segment in passes:
                self._pass(segment)
            yield from self._last_pass(last)
        finally:
            self.store.close()
            self._seen = None

    def _pass(self, segment: Segment) -> None:
        """Run one segment on all tiles, park them, and learn what its barrier needs."""
        summaries = []
        for tile, patch in self._patches(segment):
            self.store.put(Key(Slot.HIDDEN, segment.index, tile.index), patch.values)
            core = patch.crop(segment.scale_out.resize(tile.core)).values
            summaries.append(segment.ends_at.summarise(core))
            self._say(tile, segment, TileState.PARKED)
        if isinstance(segment.ends_at, GroupNorm):
            self.found[segment.stop] = Moments.merge(summaries)
        elif isinstance(segment.ends_at, Attention):
            self._seen = Attention.combine(summaries)
        self.progress.emit(
            BarrierPassed(segment.index + 1, len(self._segments) - 1, segment.ends_at.name)
        )

    def _last_pass(self, segment: Segment) -> Iterator[tuple[Tile, Tensor]]:
        for tile, patch in self._patches(segment):
            core = patch.crop(segment.scale_out.resize(tile.core))
            self._say(tile, segment, TileState.DONE)
            yield tile, core.values

    def _patches(self, segment: Segment) -> Iterator[tuple[Tile, Patch]]:
        """Run a segment on each tile in zigzag order; forget inputs that nobody reads any more."""
        tiles = self.tiling.tiles
        readers = Counter(
            other.index for tile in tiles for other, _ in self._sources(segment, tile)
        )
        for index in zigzag(len(tiles), segment.index, len(self._segments)):
            tile = tiles[index]
            self.progress.check_cancelled()
            self._say(tile, segment, TileState.RUNNING)
            yield tile, self._run_segment(segment, tile)
            for other, _ in self._sources(segment, tile):
                readers[other.index] -= 1
                if readers[other.index] == 0:
                    self._forget(segment, other)
        if segment.leaves_residual:
            self._residual_from = segment.index
        if isinstance(segment.tasks[0], Attention):
            self._seen = None

    def _run_segment(self, segment: Segment, tile: Tile) -> Patch:
        """The segment's result for what the tile keeps."""
        kept = segment.scale_out.resize(tile.kept)
        patch, tasks = self._enter(segment, tile)
        residual: Patch | None = None
        for position, task in tasks:
            match task:
                case GroupNorm():
                    patch = self._normalise(task, self.found[position], patch)
                case Attention():
                    seen = self._seen or task.combine([task.summarise(patch.values)])
                    patch = task.attend(patch, seen)
                case StoreResidual():
                    residual = task.run(patch)
                case AddResidual() if residual is None:
                    self._add_stored(task, segment, tile, patch)
                case AddResidual():
                    task.add(patch.values, residual.crop(patch.region).values)
                case _:
                    patch = task.run(patch)
        if segment.leaves_residual:
            self.store.put(
                Key(Slot.RESIDUAL, segment.index, tile.index), residual.crop(kept).values
            )
        return patch.crop(kept)

    def _enter(self, segment: Segment, tile: Tile) -> tuple[Patch, list[tuple[int, Task]]]:
        """The segment's input for a tile, normalised if a group norm comes first; what is left."""
        tasks = list(enumerate(segment.tasks, segment.start))
        window = segment.window(tile)
        extent = segment.scale_in.resize(tile.extent)
        if segment.index == 0:
            values = self.source[(..., *window.slices)]
            values = values.to(self.device, self.dtype)
            return Patch(values, window, extent), tasks
        position, norm = tasks[0]
        if not isinstance(norm, GroupNorm):
            (piece,) = self._pieces(Slot.HIDDEN, segment.index - 1, segment, tile, window)
            return Patch(piece[1], window, extent), tasks
        values = None
        for part, piece in self._pieces(Slot.HIDDEN, segment.index - 1, segment, tile, window):
            if values is None:
                shape = (*piece.shape[:2], window.time.length, window.bins.length)
                values = torch.empty(
                    shape, dtype=self.dtype, device=self.device, memory_format=torch.channels_last
                )
            out = Patch(values, window, extent).crop(part).values
            norm.write(piece, self.found[position], out)
        return Patch(values, window, extent), tasks[1:]

    def _normalise(self, norm: GroupNorm, moments: Moments, patch: Patch) -> Patch:
        out = torch.empty_like(patch.values)
        norm.write(patch.values, moments, out)
        return patch.with_values(out)

    def _add_stored(self, task: AddResidual, segment: Segment, tile: Tile, patch: Patch) -> None:
        pieces = self._pieces(Slot.RESIDUAL, self._residual_from, segment, tile, patch.region)
        for part, piece in pieces:
            task.add(patch.crop(part).values, piece)

    def _pieces(
        self, slot: Slot, written_by: int, segment: Segment, tile: Tile, window: Region
    ) -> Iterator[tuple[Region, Tensor]]:
        """Parts of a stored activation that make up a window, with where they lie."""
        scale = segment.scale_in
        for other, part in self.tiling.meeting(tile, window, scale):
            values = self.store.get(Key(slot, written_by, other.index))
            held = Patch(values, scale.resize(other.kept), window)
            yield part, held.crop(part).values

    def _sources(self, segment: Segment, tile: Tile) -> Iterator[tuple[Tile, Region]]:
        if segment.index > 0:
            yield from self.tiling.meeting(tile, segment.window(tile), segment.scale_in)

    def _forget(self, segment: Segment, tile: Tile) -> None:
        self.store.drop(Key(Slot.HIDDEN, segment.index - 1, tile.index))
        if segment.needs_residual:
            self.store.drop(Key(Slot.RESIDUAL, self._residual_from, tile.index))

    def _say(self, tile: Tile, segment: Segment, state: TileState) -> None:
        task = segment.start if state is TileState.RUNNING else segment.stop
        layer = segment.tasks[0 if state is TileState.RUNNING else -1].name
        self.progress.emit(
            TileAdvanced(tile.index, state, task, len(self.queue), layer, self.device.type)
        )
