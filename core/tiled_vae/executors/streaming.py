"""The streaming executor: pushes a clip through the network once, chunk by chunk.

Memory does not depend on length, the first result comes after the first chunks, and no frame is
computed twice. It is approximate in two ways, both stated to the user. Group norms use statistics
that are fixed in advance. Attention attends to all of its neighbourhood but only to a sample of
the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.api.events import TileAdvanced, TileState
from core.api.progress import Progress
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
    """

    network: Sequence[Task]
    device: torch.device
    dtype: torch.dtype
    tiling: Tiling
    source: Tensor
    progress: Progress
    statistics: ClipStatistics
    attention_frames: int

    def __post_init__(self) -> None:
        self._scale = total_scale(self.network)

    def run(self) -> Iterator[tuple[Tile, Tensor]]:
        """Yield the results of the chunks in the order of time, each a little after its chunk.

        Raises:
            Cancelled: Before any chunk.
            NonFiniteError: There are infinities or NaNs in float32 too.
            DeviceMemoryError: Memory runs out even for the smallest chunk.
        """
        stream = self._make_stream()
        waiting = list(self.tiling.tiles)
        for tile in waiting:
            self._report(tile, TileState.WAITING)
        ready: Patch | None = None
        for tile in self.tiling.tiles:
            self.progress.check_cancelled()
            self._report(tile, TileState.RUNNING)
            for output in stream.push(tile.index, tile.core):
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

    def _is_complete(self, tile: Tile, ready: Patch) -> bool:
        return self._scale.resize(tile.core).time.stop <= ready.region.time.stop

    def _make_stream(self) -> Stream:
        return Stream(
            network=self.network,
            stages=self._make_stages(),
            read=lambda region: self.source[(..., *region.slices)],
            extent=self.tiling.tiles[0].extent,
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
                    before = total_scale(self.network[:position])
                    frames = self.attention_frames * frames_per_latent(self._scale, before)
                    stages.append(AttentionStage(task, frames, far))
                case StoreResidual():
                    start = StoreStage(task)
                    stages.append(start)
                case AddResidual() if start is not None:
                    stages.append(AddStage(task, start))
                case Layer():
                    input_overlaps = position >= 2 and self._overlap_frames(position - 2) > 0
                    stages.append(LayerStage(task, input_overlaps))
        return stages

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
