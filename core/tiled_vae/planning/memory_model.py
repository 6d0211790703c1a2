"""How much memory a run will take at its worst moment, told from the task queue beforehand.

The prediction walks the queue as the executors do and counts which tensors are alive at once. It
leaves out the network itself, the result, and the scratch space of torch's kernels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from core.api.region import Region
from core.kernels import doubling, winograd
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.barriers import SCORES, Attention, GroupNorm
from core.tiled_vae.graph.geometry import IDENTITY
from core.tiled_vae.graph.segments import Segment, cut
from core.tiled_vae.graph.tasks import (
    AddResidual,
    Convolution,
    Downsample,
    Layer,
    Pointwise,
    StoreResidual,
    Task,
    Upsample,
)
from core.tiled_vae.graph.tiling import Tile, Tiling


@dataclass(frozen=True, slots=True)
class Sizes:
    """Numbers in each role, and how many pictures there are.

    Attributes:
        batch: Pictures.
        dtype: Precision to compute in.
        resting: Bytes of a number in the store.
        fused_attention: Whether the device's attention holds no scores.
    """

    batch: int
    dtype: torch.dtype
    resting: int
    fused_attention: bool

    @property
    def computed(self) -> int:
        """Bytes of a number while it is computed with."""
        return self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class Demand:
    """What a segment asks for at its worst step.

    Attributes:
        working_bytes: For the tile in hand, with the weights of the segment.
        resting_bytes: For the activations of all tiles beside it.
    """

    working_bytes: int
    resting_bytes: int


@dataclass(frozen=True, slots=True)
class Demands:
    """What the segments of a run ask for, one after the other."""

    segments: tuple[Demand, ...]

    @property
    def largest_working_bytes(self) -> int:
        """What the tile in hand takes at most, whatever rests beside it."""
        return max(demand.working_bytes for demand in self.segments)

    def peak_bytes(self, room_bytes: int | None = None) -> int:
        """The worst moment, when at most `room_bytes` of resting activations stay here."""
        return max(
            demand.working_bytes
            + (
                demand.resting_bytes
                if room_bytes is None
                else min(room_bytes, demand.resting_bytes)
            )
            for demand in self.segments
        )


def synchronous_demands(queue: Sequence[Task], tiling: Tiling, sizes: Sizes) -> Demands:
    """Demands of the executor that carries all tiles through one segment after the other."""
    demands = []
    channels = channels_along(queue)
    resting_before = 0
    longest = max(tiling.tiles, key=lambda tile: tile.kept.area)
    for segment in cut(queue, shared=tiling.shared):
        resting_after = _resting(segment, tiling, channels, sizes)
        resting = _passing(resting_before, resting_after, tiling)
        seen = sum(segment.scale_in.resize(tile.kept).area for tile in tiling.tiles)
        working = _working(segment, longest, channels, sizes, seen)
        working += _weights([*segment.tasks, *_barrier(segment)], sizes)
        demands.append(Demand(working, resting))
        resting_before = resting_after
    return Demands(tuple(demands))


def streaming_bytes(queue: Sequence[Task], chunk: Region, block_frames: int, sizes: Sizes) -> int:
    """Peak of the streaming executor: what its stages hold, the chunk in hand, all weights."""
    channels = channels_along(queue)
    held = working = 0
    scale, start = IDENTITY, 0
    residual_delay = 0
    for position, task in enumerate(queue):
        seen = 3 * block_frames * scale.resize(chunk).bins.length
        row = scale.resize(chunk).bins.length * channels[position] * sizes.batch * sizes.computed
        area = scale.resize(chunk).area * channels[position] * sizes.batch * sizes.computed
        if isinstance(task, Layer):
            held += 2 * row * task.reach.after
            residual_delay += task.reach.after
        elif isinstance(task, Attention):
            held += 8 * block_frames * row
            residual_delay += 2 * block_frames
            area = max(area, block_frames * row)
        elif isinstance(task, StoreResidual):
            start, residual_delay = row, 0
        elif isinstance(task, AddResidual):
            held += residual_delay * start
        working = max(working, _step_bytes(task, area, channels[position], sizes, seen) + 2 * area)
        scale = scale.then(task.reach)
    return held + working + _weights(queue, sizes)


def channels_along(queue: Sequence[Task]) -> list[int]:
    """Channels before each task, and after the last one."""
    first = next(task for task in queue if isinstance(task, Pointwise))
    channels = [first.weight.shape[1]]
    for task in queue:
        channels.append(task.weight.shape[0] if isinstance(task, Pointwise) else channels[-1])
    return channels


def _passing(before: int, after: int, tiling: Tiling) -> int:
    """What rests while a tile is in hand, at the worst tile of a pass.

    Tiles passed hold the new activation, the others the old one; among sharing tiles the last one
    passed holds both, since its neighbour reads its border.
    """
    count = len(tiling)
    if count == 1:
        return before
    old, new = before // count, after // count
    if tiling.shared:
        return max(before + new, 2 * old + after - new)
    return max(before, old + after - new)


def _resting(segment: Segment, tiling: Tiling, channels: list[int], sizes: Sizes) -> int:
    """What all tiles keep after a segment: hidden, residual, and what attention will see."""
    if segment.ends_at is None:
        return 0
    area = sum(segment.scale_out.resize(tile.kept).area for tile in tiling.tiles)
    width = channels[segment.stop]
    count = width + _residual_channels(segment, channels)
    if isinstance(segment.ends_at, Attention):
        count += 2 * width
    return area * count * sizes.batch * sizes.resting


def _residual_channels(segment: Segment, channels: list[int]) -> int:
    """Channels of a residual that rests beside the hidden activation, 0 where they are the same."""
    if segment.leaves_residual:
        last = segment.tasks[-1]
        shortcut = last.shortcut if isinstance(last, StoreResidual) else None
        return 0 if shortcut is None else shortcut.weight.shape[0]
    return channels[segment.stop] if segment.barrier is not None else 0


def _working(segment: Segment, tile: Tile, channels: list[int], sizes: Sizes, seen: int) -> int:
    """The worst step of a tile: its input, its output and what lies between."""
    number = sizes.batch * sizes.computed
    window = segment.window(tile)
    worst = area = window.area * channels[segment.start] * number
    for position, task in enumerate(segment.tasks, segment.start):
        extent = segment.scales[position - segment.start].resize(tile.extent)
        given = task.reach.gives(window, extent)
        after = given.area * channels[position + 1] * number
        extra = _step_bytes(task, area, channels[position], sizes, seen)
        grown = after if isinstance(task, Pointwise | Attention) else 0
        if isinstance(task, GroupNorm) and position > segment.start:
            grown = after
        worst = max(worst, area + extra + grown)
        window, area = given, after
    return worst


def _step_bytes(task: Task, area: int, channels: int, sizes: Sizes, seen: int) -> int:
    """Temporary bytes of a task beside its input (of `area` bytes) and its output."""
    match task:
        case Upsample():
            return 4 * area
        case Downsample():
            return area
        case Attention():
            held = min(SCORES * sizes.computed, area // channels * seen)
            return 2 * area + (0 if sizes.fused_attention else 2 * held)
        case StoreResidual(shortcut=shortcut) if shortcut is not None:
            return area * shortcut.weight.shape[0] // channels
        case Pointwise(wide=True) if at_least_float32(sizes.dtype) != sizes.dtype:
            return area * at_least_float32(sizes.dtype).itemsize // sizes.computed
    return 0


def _barrier(segment: Segment) -> list[Task]:
    return [] if segment.barrier is None else [segment.barrier]


def _weights(tasks: Iterable[Task], sizes: Sizes) -> int:
    """Weights converted for the run; a joint or a transformed kernel is larger than its 3x3."""
    numbers = 0
    for task in tasks:
        grown = sum(weight.numel() for weight in task.weights)
        match task:
            case Upsample(weight=weight) if not doubling.pays(weight.device, sizes.dtype):
                grown = grown * 16 // 9
            case Convolution(weight=weight) if winograd.pays(weight, weight.device, sizes.dtype):
                grown = grown * 24 // 9
        numbers += grown
    return numbers * sizes.dtype.itemsize
