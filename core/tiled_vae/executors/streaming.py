"""The streaming executor: pushes a clip through the network once, chunk by chunk.

Memory does not depend on length, the first result comes after the first chunks, and no frame is
computed twice. It is approximate in two ways, both stated to the user. Group norms use statistics
that are fixed in advance. Attention attends to all of its neighbourhood but only to a sample of
the rest.

Over several ranks each pushes its own stretches of the clip through. It computes the frames around
them that later ones read too: few, but for those that attention reads.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.api.events import TileAdvanced, TileState
from core.api.progress import Progress
from core.api.region import Region, Span
from core.tiled_vae.executors.stream import Stream
from core.tiled_vae.executors.stream_stages import (
    ActivationStage,
    AddStage,
    AttentionStage,
    LayerStage,
    NormStage,
    StoreStage,
    StreamStage,
    append_frames,
    frames_from,
)
from core.tiled_vae.graph.barriers import Attention, GroupNorm
from core.tiled_vae.graph.geometry import split
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.segments import frames_per_latent, total_scale
from core.tiled_vae.graph.tasks import (
    Activation,
    AddResidual,
    Convolution,
    Layer,
    StoreResidual,
    Task,
)
from core.tiled_vae.graph.tiling import Tile, Tiling
from core.tiled_vae.planning.statistics_sample import ClipStatistics


@dataclass
class StreamingExecutor:
    """One run of a queue over a clip.

    Attributes:
        network: The queue with the network's own weights.
        device: Where to compute.
        dtype: Precision to compute in.
        tiling: The chunks, along time only.
        source: The network's input (B, C, T, F).
        progress: Where events go and cancelling comes from.
        statistics: Moments of every group norm, and the far positions that attention attends to.
        attention_frames: Length of an attention block, in latent frames.
        check: Called before every chunk; raises to end the stream.
        tiles: The chunks to compute, which follow each other; None = all of the tiling.
    """

    network: Sequence[Task]
    device: torch.device
    dtype: torch.dtype
    tiling: Tiling
    source: Tensor
    progress: Progress
    statistics: ClipStatistics
    attention_frames: int
    check: Callable[[], None] = lambda: None
    tiles: Sequence[Tile] | None = None

    def __post_init__(self) -> None:
        self._scale = total_scale(self.network)
        self._tiles = self.tiling.tiles if self.tiles is None else self.tiles
        self._extent = self.tiling.tiles[0].extent
        self._wanted = self._wanted_frames()

    def run(self) -> Iterator[tuple[Tile, Tensor]]:
        """Yield the results of the chunks in the order of time, each a little after its chunk.

        Raises:
            Cancelled: Before any chunk.
            NonFiniteError: There are infinities or NaNs in float32 too.
            DeviceMemoryError: Memory runs out even for the smallest chunk.
        """
        stream = self._make_stream()
        waiting = list(self._tiles)
        for tile in waiting:
            self._report(tile, TileState.WAITING)
        ready: Patch | None = None
        for tile, chunk in self._chunks():
            if not waiting:  # the frames after the last chunk were enough
                break
            self.progress.check_cancelled()
            self.check()
            self._report(tile, TileState.RUNNING)
            for output in stream.push(tile.index, chunk):
                ready = append_frames(ready, output)
            self._report(tile, TileState.PARKED)
            while waiting and ready is not None and self._is_complete(waiting[0], ready):
                done = waiting.pop(0)
                place = self._scale.resize(done.core)
                values = ready.crop(place).values
                ready = frames_from(ready, place.time.stop)
                self._report(done, TileState.DONE)
                yield done, values
        stream.close()

    def _chunks(self) -> Iterator[tuple[Tile, Region]]:
        """What is pushed, in order: the chunks, and what is read before and after them."""
        first, last = self._tiles[0], self._tiles[-1]
        read, start, stop = self._wanted[0], first.core.time.start, last.core.time.stop
        before, after = Span(min(read.start, start), start), Span(stop, max(read.stop, stop))
        size, unit = max(tile.core.time.length for tile in self._tiles), self._scale.down
        for span in split(before.length, size, unit) if before.length else ():
            yield first, Region(span.shift(before.start), first.core.bins)
        for tile in self._tiles:
            yield tile, tile.core
        for span in split(after.length, size, unit) if after.length else ():
            yield last, Region(span.shift(after.start), last.core.bins)

    def _wanted_frames(self) -> list[Span]:
        """The frames that are wanted before each task, and after the last one, from the end on."""
        core = Region(
            Span(self._tiles[0].core.time.start, self._tiles[-1].core.time.stop),
            self._tiles[0].core.bins,
        )
        wanted = [self._scale.resize(core)]
        for position in reversed(range(len(self.network))):
            extent = total_scale(self.network[:position]).resize(self._extent)
            task, after = self.network[position], wanted[-1]
            if isinstance(task, Attention):
                block = self._block_frames(position)
                first, stop = after.time.start // block - 1, -(-after.time.stop // block) + 1
                time = Span(first * block, stop * block).intersect(extent.time)
                wanted.append(Region(time, after.bins))
            else:
                wanted.append(task.reach.input_region(after, extent))
        return [region.time for region in reversed(wanted)]

    def _is_complete(self, tile: Tile, ready: Patch) -> bool:
        return self._scale.resize(tile.core).time.stop <= ready.region.time.stop

    def _make_stream(self) -> Stream:
        return Stream(
            network=self.network,
            stages=self._make_stages(),
            read=lambda region: self.source[(..., *region.slices)],
            extent=self._extent,
            unit=self._scale.down,
            device=self.device,
            dtype=self.dtype,
            progress=self.progress,
        )

    def _make_stages(self) -> list[StreamStage]:
        stages: list[StreamStage] = []
        start: StoreStage | None = None
        for position, task in enumerate(self.network):
            match task:
                case GroupNorm():
                    moments, overlap = (
                        self.statistics.moments[position],
                        self._overlap_frames(position),
                    )
                    stages.append(NormStage(task, moments, overlap))
                case Activation():
                    stages.append(ActivationStage(task))
                case Attention():
                    far = self.statistics.far.get(position)
                    attention = AttentionStage(task, self._block_frames(position), far)
                    attention.begin_at(self._wanted[position + 1].start)
                    stages.append(attention)
                case StoreResidual():
                    start = StoreStage(task)
                    stages.append(start)
                case AddResidual() if start is not None:
                    stages.append(AddStage(task, start))
                case Layer():
                    input_overlaps = position >= 2 and self._overlap_frames(position - 2) > 0
                    wanted = self._wanted[position + 1]
                    stages.append(
                        LayerStage(task, input_overlaps, next_frame=wanted.start, stop=wanted.stop)
                    )
        return stages

    def _block_frames(self, position: int) -> int:
        """Length of a block of the attention at this position of the queue."""
        before = total_scale(self.network[:position])
        return self.attention_frames * frames_per_latent(self._scale, before)

    def _overlap_frames(self, position: int) -> int:
        """Frames that the convolution after this norm and an activation reads again; 0 without."""
        match self.network[position : position + 3]:
            case [GroupNorm(), Activation(), Convolution() as convolution]:
                return convolution.reach.before + convolution.reach.after
        return 0

    def _report(self, tile: Tile, state: TileState) -> None:
        total = len(self.network)
        at = 0 if state in (TileState.WAITING, TileState.RUNNING) else total
        layer = self.network[min(at, total - 1)].name
        self.progress.emit(TileAdvanced(tile.index, state, at, total, layer, str(self.device)))
