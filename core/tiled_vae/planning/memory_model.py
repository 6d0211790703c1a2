"""Predicts the peak memory of a run from its task queue, before anything is computed.

The prediction walks the queue as the executors do and counts the tensors that are alive at once. It
leaves out the network itself, the result, and the scratch space of torch's kernels.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import torch

from core.api.region import Region
from core.kernels.processor_speed import use_matrix_products, use_winograd
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.barriers import MAX_SCORES, Attention, GroupNorm
from core.tiled_vae.graph.geometry import IDENTITY
from core.tiled_vae.graph.segments import (
    Segment,
    frames_per_latent,
    split_into_segments,
    total_scale,
)
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

RING_TENSORS = 6  # a rank's queries and result, its keys and values, and those that come round


@dataclass(frozen=True, slots=True)
class ComputeSizes:
    """Batch size and bytes of a number, in computation and in the store.

    Attributes:
        batch: Samples in the batch.
        dtype: Precision to compute in.
        stored_itemsize: Bytes of a number in the store.
        fused_attention: Whether the device's attention keeps no scores in memory.
    """

    batch: int
    dtype: torch.dtype
    stored_itemsize: int
    fused_attention: bool

    @property
    def itemsize(self) -> int:
        """Bytes of a number in computation."""
        return self.dtype.itemsize


@dataclass(frozen=True, slots=True)
class SegmentMemory:
    """Memory of a segment at its worst step.

    Attributes:
        working_bytes: Of the tile that is computed, with the weights of the segment.
        stored_bytes: Of the stored activations of all tiles.
    """

    working_bytes: int
    stored_bytes: int


@dataclass(frozen=True, slots=True)
class MemoryProfile:
    """Memory of the segments of a run, one after the other."""

    segments: tuple[SegmentMemory, ...]

    @property
    def largest_working_bytes(self) -> int:
        """Peak of the tile that is computed, without the stored activations."""
        return max(segment.working_bytes for segment in self.segments)

    def peak_bytes(self, store_budget_bytes: int | None = None) -> int:
        """Peak of all, with at most `store_budget_bytes` of stored activations on the device."""
        return max(
            segment.working_bytes
            + (
                segment.stored_bytes
                if store_budget_bytes is None
                else min(store_budget_bytes, segment.stored_bytes)
            )
            for segment in self.segments
        )


def synchronous_memory(
    queue: Sequence[Task],
    tiling: Tiling,
    sizes: ComputeSizes,
    own: Tiling | None = None,
    *,
    ring: bool = False,
) -> MemoryProfile:
    """Memory of the synchronous executor, which runs one segment on all tiles at a time.

    Args:
        queue: All tasks.
        tiling: All tiles.
        sizes: Batch and bytes of a number.
        own: The tiles of one of several ranks; None = all tiles.
        ring: Whether keys and values pass round between ranks; else each has those of all tiles.
    """
    segments = []
    channels = channel_counts(queue)
    stored_before = 0
    own = own or tiling
    largest = max(own.tiles, key=lambda tile: tile.padded.area)
    for segment in split_into_segments(queue, shared=tiling.shared):
        stored_after = _stored_after(segment, own, channels, sizes)
        if ring:
            stored_after += RING_TENSORS * _keys_after(segment, own, channels, sizes)
        else:
            stored_after += 2 * _keys_after(segment, tiling, channels, sizes)
        stored = _stored_during_pass(stored_before, stored_after, own)
        num_keys = sum(segment.scale_in.resize(tile.padded).area for tile in tiling.tiles)
        working = _working_bytes(segment, largest, channels, sizes, num_keys)
        working += _weight_bytes([*segment.tasks, *_barrier(segment)], sizes)
        segments.append(SegmentMemory(working, stored))
        stored_before = stored_after
    return MemoryProfile(tuple(segments))


def streaming_peak_bytes(
    queue: Sequence[Task], chunk: Region, block_latents: int, sizes: ComputeSizes
) -> int:
    """Peak of the streaming executor: the buffers of its stages, one chunk, and all weights.

    Args:
        queue: All tasks.
        chunk: The largest chunk of the input.
        block_latents: Length of an attention block, in latent frames.
        sizes: Batch and bytes of a number.
    """
    channels = channel_counts(queue)
    buffers = working = 0
    whole, scale = total_scale(queue), IDENTITY
    start_row = residual_delay = 0
    for position, task in enumerate(queue):
        block_frames = block_latents * frames_per_latent(whole, scale)
        num_keys = 3 * block_frames * scale.resize(chunk).bins.length
        number = channels[position] * sizes.batch * sizes.itemsize
        row = scale.resize(chunk).bins.length * number
        input_bytes = scale.resize(chunk).area * number
        if isinstance(task, Layer):
            buffers += 2 * row * task.reach.after
            residual_delay += task.reach.after
        elif isinstance(task, Attention):
            buffers += 8 * block_frames * row
            residual_delay += 2 * block_frames
            input_bytes = max(input_bytes, block_frames * row)
        elif isinstance(task, StoreResidual):
            start_row, residual_delay = row, 0
        elif isinstance(task, AddResidual):
            buffers += residual_delay * start_row
        temporary = _temporary_bytes(task, input_bytes, channels[position], sizes, num_keys)
        working = max(working, temporary + 2 * input_bytes)
        scale = scale.then(task.reach)
    return buffers + working + _weight_bytes(queue, sizes)


def channel_counts(queue: Sequence[Task]) -> list[int]:
    """Channels before each task, and after the last one."""
    first = next(task for task in queue if isinstance(task, Pointwise))
    channels = [first.weight.shape[1]]
    for task in queue:
        channels.append(task.weight.shape[0] if isinstance(task, Pointwise) else channels[-1])
    return channels


def _stored_during_pass(before: int, after: int, tiling: Tiling) -> int:
    """Stored bytes while a tile is computed, at the worst tile of a pass.

    Tiles that have passed hold the new activation, the others the old one. With shared tiles the
    last one that passed holds both, since its neighbour reads its border.
    """
    count = len(tiling)
    if count == 1:
        return before
    old, new = before // count, after // count
    if tiling.shared:
        return max(before + new, 2 * old + after - new)
    return max(before, old + after - new)


def _stored_after(
    segment: Segment, tiling: Tiling, channels: list[int], sizes: ComputeSizes
) -> int:
    """Stored bytes of the tiles after a segment: hidden and residual."""
    if segment.ends_at is None:
        return 0
    area = sum(segment.scale_out.resize(tile.padded).area for tile in tiling.tiles)
    count = channels[segment.stop] + _residual_channels(segment, channels)
    return area * count * sizes.batch * sizes.stored_itemsize


def _keys_after(segment: Segment, tiling: Tiling, channels: list[int], sizes: ComputeSizes) -> int:
    """Bytes of the keys of some tiles, and of their values, where a segment ends at attention."""
    if not isinstance(segment.ends_at, Attention):
        return 0
    area = sum(segment.scale_out.resize(tile.padded).area for tile in tiling.tiles)
    return area * channels[segment.stop] * sizes.batch * sizes.stored_itemsize


def _residual_channels(segment: Segment, channels: list[int]) -> int:
    """Channels of the residual stored beside the hidden activation; 0 where they are the same."""
    if segment.leaves_residual:
        last = segment.tasks[-1]
        shortcut = last.shortcut if isinstance(last, StoreResidual) else None
        return 0 if shortcut is None else shortcut.weight.shape[0]
    return channels[segment.stop] if segment.barrier is not None else 0


def _working_bytes(
    segment: Segment, tile: Tile, channels: list[int], sizes: ComputeSizes, num_keys: int
) -> int:
    """The worst step of a tile: input, output and temporary tensors of a task."""
    number = sizes.batch * sizes.itemsize
    region = segment.input_region(tile)
    worst = input_bytes = region.area * channels[segment.start] * number
    for position, task in enumerate(segment.tasks, segment.start):
        extent = segment.scales[position - segment.start].resize(tile.extent)
        output = task.reach.output_region(region, extent)
        output_bytes = output.area * channels[position + 1] * number
        temporary = _temporary_bytes(task, input_bytes, channels[position], sizes, num_keys)
        not_in_place = isinstance(task, Pointwise | Attention) or (
            isinstance(task, GroupNorm) and position > segment.start
        )
        worst = max(worst, input_bytes + temporary + (output_bytes if not_in_place else 0))
        region, input_bytes = output, output_bytes
    return worst


def _temporary_bytes(
    task: Task, input_bytes: int, channels: int, sizes: ComputeSizes, num_keys: int
) -> int:
    """Temporary bytes of a task beside its input and its output."""
    match task:
        case Upsample():
            return 4 * input_bytes
        case Downsample():
            return input_bytes
        case Attention():
            scores = min(MAX_SCORES * sizes.itemsize, input_bytes // channels * num_keys)
            return 2 * input_bytes + (0 if sizes.fused_attention else 2 * scores)
        case StoreResidual(shortcut=shortcut) if shortcut is not None:
            return input_bytes * shortcut.weight.shape[0] // channels
        case Pointwise(float32_output=True) if at_least_float32(sizes.dtype) != sizes.dtype:
            return input_bytes * at_least_float32(sizes.dtype).itemsize // sizes.itemsize
    return 0


def _barrier(segment: Segment) -> list[Task]:
    return [] if segment.barrier is None else [segment.barrier]


def _weight_bytes(tasks: Iterable[Task], sizes: ComputeSizes) -> int:
    """Bytes of the converted weights; transformed kernels are larger than 3x3 ones."""
    numbers = 0
    for task in tasks:
        count = sum(weight.numel() for weight in task.weights)
        match task:
            case Upsample(weight=weight) if not use_matrix_products(weight.device, sizes.dtype):
                count = count * 16 // 9
            case Convolution(weight=weight) if use_winograd(weight, weight.device, sizes.dtype):
                count = count * 36 // 9
        numbers += count
    return numbers * sizes.dtype.itemsize
