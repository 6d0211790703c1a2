"""Runs one segment on one tile: read, compute, check; in smaller pieces when memory runs out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import torch
from torch import Tensor

from core.api.errors import DeviceMemoryError, NonFiniteError, release_frames
from core.api.events import Notice
from core.api.progress import Progress
from core.api.region import Region
from core.runtime.device import convolution_format
from core.runtime.device_errors import is_out_of_memory
from core.runtime.precision import at_least_float32, finite_flag, first_false, is_finite
from core.tiled_vae.executors.activation_store import ActivationStore, Key, Slot
from core.tiled_vae.executors.attention_cache import AttentionCache
from core.tiled_vae.graph.barriers import Affine, Attended, Attention, GroupNorm, KeysValues
from core.tiled_vae.graph.geometry import Reach, split
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.patch import Patch, enlarge, paste
from core.tiled_vae.graph.segments import Segment, total_scale
from core.tiled_vae.graph.tasks import AddResidual, Layer, StoreResidual, Task
from core.tiled_vae.graph.tiling import Tile, Tiling


@dataclass(frozen=True, slots=True)
class SegmentOutput:
    """The result of a segment for a tile.

    Attributes:
        hidden: The hidden activation, of the tile with its padding.
        residual: What a later segment adds, where this segment leaves a residual.
        summary: What the barrier at the segment's end needs to know of the tile's core.
        is_finite: Whether it holds no infinities and NaNs.
    """

    hidden: Patch
    residual: Patch | None
    summary: Moments | KeysValues | None
    is_finite: bool

    @classmethod
    def checked(
        cls, hidden: Patch, residual: Patch | None, summary: Moments | KeysValues | None
    ) -> Self:
        """Check it as well, with one wait for the device at most.

        Moments are checked in place of the values that they were taken of.
        """
        values = []
        if not isinstance(summary, Moments):
            values += [hidden.values, *((summary.keys, summary.values) if summary else ())]
        if residual is not None and residual.values is not hidden.values:
            values.append(residual.values)
        is_finite = first_false([finite_flag(part) for part in values]) is None
        if isinstance(summary, Moments):
            is_finite = is_finite and summary.is_finite
        return cls(hidden, residual, summary, is_finite)


@dataclass
class TileRunner:
    """Runs segments on tiles, one at a time.

    Attributes:
        network: The queue with the network's own weights, to convert from.
        device: Where to compute.
        dtype: Precision to compute in.
        tiling: The tiles.
        source: The network's input (B, C, T, F), or the part of it that the tiles read.
        source_start: Its first frame that `source` holds.
        store: Where activations are kept between two segments.
        progress: Where events go.
        moments: Statistics of the group norms, by position in the queue.
        attention_cache: Keys and values for the next attention.
        residual_from: Index of the segment that stored the current residual.
        rims: What the tiles read of other ranks' tiles, in place of these.
        attended: What each tile's positions attend to, where that was computed ahead.
        pieces: In how many pieces a tile is run; doubled when memory runs out.
    """

    network: Sequence[Task]
    device: torch.device
    dtype: torch.dtype
    tiling: Tiling
    source: Tensor
    store: ActivationStore
    progress: Progress
    moments: dict[int, Moments]
    attention_cache: AttentionCache = field(default_factory=AttentionCache.empty)
    residual_from: int = 0
    source_start: int = 0
    rims: dict[Key, Patch] = field(default_factory=dict)
    attended: dict[int, Attended] = field(default_factory=dict)
    pieces: int = 1
    _converted: dict[tuple[int, torch.dtype], Task] = field(default_factory=dict)
    _affines: dict[tuple[int, torch.dtype], Affine] = field(default_factory=dict)

    def run_segment(self, segment: Segment, tile: Tile) -> SegmentOutput:
        """Run a segment on a tile; again in float32 where half precision overflows.

        Raises:
            NonFiniteError: There are infinities or NaNs in float32 too.
            DeviceMemoryError: Memory runs out even for the smallest piece.
        """
        output = self._run_and_summarise(segment, tile, self.dtype)
        if output.is_finite:
            return output
        layer = self._broken_layer(segment, tile, self.dtype)
        wide = at_least_float32(self.dtype)
        if wide == self.dtype:
            raise NonFiniteError(layer, tile.index)
        output = self._run_and_summarise(segment, tile, wide)
        if not output.is_finite:
            raise NonFiniteError(self._broken_layer(segment, tile, wide), tile.index)
        self.progress.emit(
            Notice(
                f"Half precision overflowed at {layer}, tile {tile.index}: this part was computed "
                "again in float32."
            )
        )
        return output

    def attention_input(self, segment: Segment, tile: Tile) -> tuple[Attention, Patch]:
        """The attention that a segment begins with, and its input, both at least in float32."""
        dtype = at_least_float32(self.dtype)
        task = self._task(segment.start, dtype)
        assert isinstance(task, Attention)
        return task, self._load_input(segment, tile, dtype)[0]

    def release_weights(self, segment: Segment) -> None:
        """Free the converted weights of a segment that all tiles have passed."""
        for key in [key for key in self._converted if key[0] < segment.stop]:
            del self._converted[key]
        for key in [key for key in self._affines if key[0] < segment.stop]:
            del self._affines[key]

    def close(self) -> None:
        """Free all activations and converted weights."""
        self.store.close()
        self._converted.clear()
        self._affines.clear()

    def _run_and_summarise(self, segment: Segment, tile: Tile, dtype: torch.dtype) -> SegmentOutput:
        """Run the tile in as many pieces as memory needs, and summarise its core."""
        while True:
            try:
                return self._summarise(segment, tile, dtype, *self._run_all(segment, tile, dtype))
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                release_frames(error)
                if self.pieces >= tile.padded.time.length // self._unit:
                    raise DeviceMemoryError(
                        "The memory of the device is too small for a single frame of the VAE. "
                        "Close other programs, or choose the processor as the device."
                    ) from error
            self.pieces *= 2

    def _summarise(
        self,
        segment: Segment,
        tile: Tile,
        dtype: torch.dtype,
        hidden: Patch,
        residual: Patch | None,
    ) -> SegmentOutput:
        core = hidden.crop(segment.scale_out.resize(tile.core)).values
        if segment.barrier is None:
            return SegmentOutput.checked(hidden, residual, None)
        barrier = self._task(segment.stop, dtype)
        assert isinstance(barrier, GroupNorm | Attention)
        return SegmentOutput.checked(hidden, residual, barrier.summarise(core))

    def _run_all(
        self, segment: Segment, tile: Tile, dtype: torch.dtype
    ) -> tuple[Patch, Patch | None]:
        """Run piece after piece, and paste each into the tile's result."""
        first, *others = self._split(tile)
        hidden, residual = self._run(segment, first, dtype)
        if not others:
            return hidden, residual
        padded = segment.scale_out.resize(tile.padded)
        same = residual is hidden
        whole_hidden = enlarge(hidden, padded)
        whole_residual = None if same or residual is None else enlarge(residual, padded)
        del hidden, residual
        for piece in others:
            hidden, residual = self._run(segment, piece, dtype)
            paste(whole_hidden, hidden)
            if whole_residual is not None and residual is not None:
                paste(whole_residual, residual)
            del hidden, residual
        return whole_hidden, whole_hidden if same else whole_residual

    def _run(
        self, segment: Segment, tile: Tile, dtype: torch.dtype, *, check_each: bool = False
    ) -> tuple[Patch, Patch | None]:
        """The segment's hidden result for the padded tile, and the residual it leaves."""
        patch, num_done = self._load_input(segment, tile, dtype)
        regions = segment.regions(tile)
        residual: Patch | None = None
        for position in range(segment.start + num_done, segment.stop):
            task = self._task(position, dtype)
            match task:
                case GroupNorm():
                    patch = task.normalise(patch, self._affine(position, task, patch.values))
                case Attention() if (attended := self.attended.get(tile.index)) is not None:
                    patch = task.project(patch, attended.crop(patch))
                case Attention():
                    patch = task.attend(patch, self.attention_cache.keys_values_for(tile.index))
                case StoreResidual():
                    residual = task.residual(patch)
                case AddResidual():
                    for region, values in self._residual_parts(
                        segment, tile, patch.region, residual
                    ):
                        task.add(patch.crop(region).values, values)
                case Layer():
                    patch = task.run(patch, regions[position - segment.start + 1])
            if check_each and not is_finite(patch.values):
                raise NonFiniteError(task.name, tile.index)
        hidden = patch.crop(regions[-1])
        if not segment.leaves_residual or residual is None:
            return hidden, None
        return hidden, hidden if residual is patch else residual.crop(regions[-1])

    def _load_input(self, segment: Segment, tile: Tile, dtype: torch.dtype) -> tuple[Patch, int]:
        """The segment's input for a tile, and how many tasks were run on the way.

        A group norm in front is applied while the parts are copied from the store into the tile's
        window, which saves a copy.
        """
        window = segment.input_region(tile)
        extent = segment.scale_in.resize(tile.extent)
        if segment.index == 0:
            time, bins = window.time.shift(-self.source_start).slice, window.bins.slice
            values = self.source[..., time, bins].to(self.device, dtype)
            return Patch(values, window, extent), 0
        pieces = self._stored_parts(Slot.HIDDEN, segment.index - 1, segment.scale_in, tile, window)
        norm = self._task(segment.start, dtype)
        if not isinstance(norm, GroupNorm):
            return _assemble_input(pieces, window, extent, dtype), 0
        patch = self._empty_patch(norm, window, extent, dtype)
        for region, values in pieces:
            affine = self._affine(segment.start, norm, values)
            norm.write(values, affine, patch.crop(region).values)
        return patch, 1

    def _residual_parts(
        self, segment: Segment, tile: Tile, wanted: Region, own: Patch | None
    ) -> Iterator[tuple[Region, Tensor]]:
        """The residual of a region: from this segment, or in parts from the store."""
        if own is not None:
            yield wanted, own.crop(wanted).values
            return
        scale = segment.scale_in
        yield from self._stored_parts(Slot.RESIDUAL, self.residual_from, scale, tile, wanted)

    def _stored_parts(
        self, slot: Slot, segment: int, scale: Reach, tile: Tile, window: Region
    ) -> Iterator[tuple[Region, Tensor]]:
        """The parts of a stored activation that make up a window."""
        for other, region in self.tiling.overlapping(tile, window, scale):
            yield region, self.stored(Key(slot, segment, other.index), region, scale)

    def stored(self, key: Key, region: Region, scale: Reach) -> Tensor:
        """A region of a tile's stored activation, whose grid has this scale."""
        if (rim := self.rims.get(key)) is not None:
            return rim.crop(region).values
        padded = scale.resize(self.tiling.tiles[key.tile].padded)
        time = region.time.shift(-padded.time.start).slice
        bins = region.bins.shift(-padded.bins.start).slice
        return self.store.get(key, (..., time, bins))

    def _broken_layer(self, segment: Segment, tile: Tile, dtype: torch.dtype) -> str:
        """Name of the first layer whose output has infinities or NaNs."""
        try:
            for piece in self._split(tile):
                self._run(segment, piece, dtype, check_each=True)
        except NonFiniteError as error:
            return error.layer
        return segment.tasks[-1].name

    def _split(self, tile: Tile) -> list[Tile]:
        """The tile in pieces of even length along time."""
        padded = tile.padded
        size = -(-padded.time.length // self.pieces)
        spans = split(padded.time.length, size, self._unit)
        return [
            replace(tile, padded=Region(span.shift(padded.time.start), padded.bins))
            for span in spans
        ]

    def _task(self, position: int, dtype: torch.dtype) -> Task:
        """A task with its weights converted; only those of one segment are held at a time."""
        key = (position, dtype)
        if key not in self._converted:
            self._converted[key] = self.network[position].to(self.device, dtype)
        return self._converted[key]

    def _affine(self, position: int, norm: GroupNorm, like: Tensor) -> Affine:
        """A norm's scale and shift for values such as these, made once for all tiles."""
        key = (position, at_least_float32(like.dtype))
        if key not in self._affines:
            self._affines[key] = norm.affine(self.moments[position], like)
        return self._affines[key]

    @property
    def _unit(self) -> int:
        return total_scale(self.network).down

    def _empty_patch(
        self, norm: GroupNorm, window: Region, extent: Region, dtype: torch.dtype
    ) -> Patch:
        shape = (self.source.shape[0], norm.channels, window.time.length, window.bins.length)
        order = convolution_format(self.device)
        values = torch.empty(shape, dtype=dtype, device=self.device, memory_format=order)
        return Patch(values, window, extent)


def _assemble_input(
    pieces: Iterator[tuple[Region, Tensor]], window: Region, extent: Region, dtype: torch.dtype
) -> Patch:
    """A window from the stored parts of tiles; not copied where one tile holds all of it."""
    region, values = next(pieces)
    first = Patch(values.to(dtype), region, extent)
    if region == window:
        return first
    whole = enlarge(first, window)
    for region, values in pieces:
        paste(whole, Patch(values, region, extent))
    return whole
