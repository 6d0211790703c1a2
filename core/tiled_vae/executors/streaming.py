"""The streaming executor: pushes a clip through the network once, chunk by chunk.

Memory does not depend on length, the first result comes after the first chunks, and no frame is
computed twice. It is approximate in two ways, both stated to the user. Group norms use statistics
that are fixed in advance. Attention attends to all of its neighbourhood but only to a sample of
the rest.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.api.errors import DeviceMemoryError, NonFiniteError, release_frames
from core.api.events import Notice, TileAdvanced, TileState
from core.api.progress import Progress
from core.api.region import Region
from core.runtime.device_errors import is_out_of_memory
from core.runtime.precision import at_least_float32, finite_flag, first_false, is_finite
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
    """

    network: Sequence[Task]
    device: torch.device
    dtype: torch.dtype
    tiling: Tiling
    source: Tensor
    progress: Progress
    statistics: ClipStatistics
    attention_frames: int
    _converted: dict[torch.dtype, list[Task]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self._scale = total_scale(self.network)
        self._stages = self._make_stages()

    def run(self) -> Iterator[tuple[Tile, Tensor]]:
        """Yield the results of the chunks in the order of time, each a little after its chunk.

        Raises:
            Cancelled: Before any chunk.
            NonFiniteError: There are infinities or NaNs in float32 too.
            DeviceMemoryError: Memory runs out even for the smallest chunk.
        """
        waiting = list(self.tiling.tiles)
        for tile in waiting:
            self._report(tile, TileState.WAITING)
        ready: Patch | None = None
        for tile in self.tiling.tiles:
            self.progress.check_cancelled()
            self._report(tile, TileState.RUNNING)
            for output in self._push_chunk(tile.index, tile.core):
                ready = append_frames(ready, output)
            self._report(tile, TileState.PARKED)
            while waiting and ready is not None and self._is_complete(waiting[0], ready):
                done = waiting.pop(0)
                place = self._scale.resize(done.core)
                values = ready.crop(place).values
                ready = frames_from(ready, place.time.stop)
                self._report(done, TileState.DONE)
                yield done, values
        self._converted.clear()

    def _is_complete(self, tile: Tile, ready: Patch) -> bool:
        return self._scale.resize(tile.core).time.stop <= ready.region.time.stop

    def _push_chunk(self, tile: int, chunk: Region) -> Iterator[Patch]:
        """Push frames through all stages, in halves where memory runs out."""
        before = [dict(vars(stage)) for stage in self._stages]
        halves = split(chunk.time.length, -(-chunk.time.length // 2), self._scale.down)
        try:
            output = self._push_with_fallback(tile, chunk, before)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            release_frames(error)
            self._restore(before)
            if len(halves) == 1:
                raise DeviceMemoryError(
                    "The memory of the device is too small for a single frame of the VAE. Close "
                    "other programs, or choose the processor as the device."
                ) from error
        else:
            if output is not None:
                yield output
            return
        # Recurse outside the handler: its traceback would keep the failed chunk's tensors alive.
        del before
        for half in halves:
            yield from self._push_chunk(tile, Region(half.shift(chunk.time.start), chunk.bins))

    def _push_with_fallback(
        self, tile: int, chunk: Region, before: list[dict[str, Any]]
    ) -> Patch | None:
        """Push a chunk, again in float32 where half precision overflows."""
        wide = at_least_float32(self.dtype)
        try:
            return self._push_checked(tile, chunk, self.dtype, before)
        except NonFiniteError as error:
            if wide == self.dtype:
                raise
            self._restore(before)
            output = self._push_checked(tile, chunk, wide, before)
            self.progress.emit(
                Notice(
                    f"Half precision overflowed at {error.layer}, tile {tile}: this part was "
                    "computed again in float32."
                )
            )
            return output

    def _push_checked(
        self, tile: int, chunk: Region, dtype: torch.dtype, before: list[dict[str, Any]]
    ) -> Patch | None:
        """Push a chunk, and raise with the layer's name where the values are not finite.

        With the range of float32, checking the result is enough, and saves a check at every layer.
        In float16 every layer is checked: a later stage may keep an infinity in its buffer that the
        result does not show yet. The flags of all layers are read at once, after the last one.
        """
        if torch.finfo(dtype).max < torch.finfo(torch.bfloat16).max:
            return self._push(tile, chunk, dtype, check_each=True)
        output = self._push(tile, chunk, dtype, check_each=False)
        if output is None or is_finite(output.values):
            return output
        self._restore(before)
        return self._push(tile, chunk, dtype, check_each=True)

    def _push(
        self, tile: int, chunk: Region, dtype: torch.dtype, *, check_each: bool
    ) -> Patch | None:
        """Push a chunk through all stages; returns the output that it makes possible, if any."""
        values = self.source[(..., *chunk.slices)].to(self.device, dtype)
        patch = Patch(values, chunk, self.tiling.tiles[0].extent)
        output: Patch | None = None
        flags: list[Tensor] = []
        for stage, task in zip(self._stages, self._tasks(dtype), strict=True):
            output = stage.push(task, patch)
            if output is None:
                break
            patch = output
            if check_each:
                flags.append(finite_flag(patch.values))
        broken = first_false(flags)
        if broken is not None:
            raise NonFiniteError(self.network[broken].name, tile)
        return output

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

    def _tasks(self, dtype: torch.dtype) -> list[Task]:
        if dtype not in self._converted:
            self._converted[dtype] = [task.to(self.device, dtype) for task in self.network]
        return self._converted[dtype]

    def _restore(self, before: list[dict[str, Any]]) -> None:
        for stage, state in zip(self._stages, before, strict=True):
            vars(stage).update(state)

    def _report(self, tile: Tile, state: TileState) -> None:
        total = len(self.network)
        at = 0 if state in (TileState.WAITING, TileState.RUNNING) else total
        layer = self.network[min(at, total - 1)].name
        self.progress.emit(TileAdvanced(tile.index, state, at, total, layer, str(self.device)))
