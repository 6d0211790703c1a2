"""One tile's way through one segment: read, run, guard; in smaller pieces when memory is out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from core.api.errors import DeviceMemoryError, NonFiniteError
from core.api.events import Notice
from core.api.progress import Progress
from core.api.region import Region
from core.runtime.precision import at_least_float32, is_finite
from core.tiled_vae.executors.activation_store import ActivationStore, Key, Slot
from core.tiled_vae.executors.attention_cache import AttentionCache
from core.tiled_vae.graph.barriers import Attention, GroupNorm, KeysValues
from core.tiled_vae.graph.geometry import Reach, split
from core.tiled_vae.graph.moments import Moments
from core.tiled_vae.graph.patch import Patch, canvas, paste
from core.tiled_vae.graph.segments import Segment, total_scale
from core.tiled_vae.graph.tasks import AddResidual, Layer, StoreResidual, Task
from core.tiled_vae.graph.tiling import Tile, Tiling


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a tile brings out of a segment.

    Attributes:
        hidden: The segment's result for what the tile keeps.
        residual: What a later segment is to add, where the segment leaves something.
        summary: What the barrier at the segment's end asks of the tile's core.
    """

    hidden: Patch
    residual: Patch | None
    summary: Moments | KeysValues | None

    @property
    def is_finite(self) -> bool:
        """Whether it holds numbers only. Moments tell for free."""
        if isinstance(self.summary, Moments):
            hidden = self.summary.is_finite
        else:
            seen = self.summary
            parts = [self.hidden.values, *((seen.keys, seen.values) if seen else ())]
            hidden = all(is_finite(part) for part in parts)
        if self.residual is None or self.residual.values is self.hidden.values:
            return hidden
        return hidden and is_finite(self.residual.values)


@dataclass
class TileRunner:
    """Carries tiles through segments, one at a time.

    Attributes:
        network: The queue with the network's own weights, to convert from.
        device: Where to compute.
        dtype: Precision to compute in.
        tiling: The tiles.
        source: The network's input (B, C, T, F), read piece by piece.
        store: Where tiles rest.
        progress: Events out.
        moments: Statistics of the group norms, by position in the queue.
        sight: What the attention passed last can see.
        residual_from: The segment that stored the residual of now.
        pieces: In how many pieces a tile is run; grows when memory is out.
    """

    network: Sequence[Task]
    device: torch.device
    dtype: torch.dtype
    tiling: Tiling
    source: Tensor
    store: ActivationStore
    progress: Progress
    moments: dict[int, Moments]
    sight: AttentionCache = field(default_factory=AttentionCache.nothing)
    residual_from: int = 0
    pieces: int = 1
    _converted: dict[tuple[int, torch.dtype], Task] = field(default_factory=dict)

    def cross(self, segment: Segment, tile: Tile) -> Crossing:
        """Run a segment on a tile; again in float32 where half precision overflows.

        Raises:
            NonFiniteError: float32 gives infinities or NaNs too.
            DeviceMemoryError: Memory is out even for the smallest piece.
        """
        crossing = self._cross(segment, tile, self.dtype)
        if crossing.is_finite:
            return crossing
        layer = self._broken_layer(segment, tile, self.dtype)
        wide = at_least_float32(self.dtype)
        if wide == self.dtype:
            raise NonFiniteError(layer, tile.index)
        crossing = self._cross(segment, tile, wide)
        if not crossing.is_finite:
            raise NonFiniteError(self._broken_layer(segment, tile, wide), tile.index)
        self.progress.emit(
            Notice(
                f"Half precision overflowed at {layer}, tile {tile.index}: this part was computed "
                "again in float32."
            )
        )
        return crossing

    def release(self, segment: Segment) -> None:
        """Forget the converted weights of a segment that all tiles have passed."""
        for key in [key for key in self._converted if key[0] < segment.stop]:
            del self._converted[key]

    def close(self) -> None:
        """Give all memory back."""
        self.store.close()
        self._converted.clear()

    def _cross(self, segment: Segment, tile: Tile, dtype: torch.dtype) -> Crossing:
        """Run the tile in as many pieces as memory asks for, and summarise its core."""
        hidden, residual = self._run_pieces(segment, tile, dtype)
        core = hidden.crop(segment.scale_out.resize(tile.core)).values
        if segment.barrier is None:
            return Crossing(hidden, residual, None)
        barrier = self._task(segment.stop, dtype)
        assert isinstance(barrier, GroupNorm | Attention)
        return Crossing(hidden, residual, barrier.summarise(core))

    def _run_pieces(
        self, segment: Segment, tile: Tile, dtype: torch.dtype
    ) -> tuple[Patch, Patch | None]:
        while True:
            try:
                return self._run_all(segment, tile, dtype)
            except torch.OutOfMemoryError as error:
                if self.pieces >= tile.kept.time.length // self._unit:
                    raise DeviceMemoryError(
                        "The memory of the device is too small for a single frame of the VAE. "
                        "Close other programs, or choose the processor as the device."
                    ) from error
                self.pieces *= 2

    def _run_all(
        self, segment: Segment, tile: Tile, dtype: torch.dtype
    ) -> tuple[Patch, Patch | None]:
        """Run piece after piece, each pasted into the tile's result as it is done."""
        first, *others = self._split(tile)
        hidden, residual = self._run(segment, first, dtype)
        if not others:
            return hidden, residual
        kept = segment.scale_out.resize(tile.kept)
        same = residual is hidden
        hidden_canvas = canvas(hidden, kept)
        residual_canvas = None if same or residual is None else canvas(residual, kept)
        del hidden, residual
        for piece in others:
            hidden, residual = self._run(segment, piece, dtype)
            paste(hidden_canvas, hidden)
            if residual_canvas is not None and residual is not None:
                paste(residual_canvas, residual)
            del hidden, residual
        return hidden_canvas, hidden_canvas if same else residual_canvas

    def _run(
        self, segment: Segment, tile: Tile, dtype: torch.dtype, *, watch: bool = False
    ) -> tuple[Patch, Patch | None]:
        """The segment's result for what the tile keeps, and the residual it leaves."""
        patch, passed = self._enter(segment, tile, dtype)
        windows = segment.windows(tile)
        residual: Patch | None = None
        for position in range(segment.start + passed, segment.stop):
            task = self._task(position, dtype)
            match task:
                case GroupNorm():
                    patch = task.normalise(patch, self.moments[position])
                case Attention():
                    patch = task.attend(patch, self.sight.of(tile.index))
                case StoreResidual():
                    residual = task.residual(patch)
                case AddResidual():
                    for region, values in self._residual(segment, tile, patch.region, residual):
                        task.add(patch.crop(region).values, values)
                case Layer():
                    patch = task.run(patch, windows[position - segment.start + 1])
            if watch and not is_finite(patch.values):
                raise NonFiniteError(task.name, tile.index)
        hidden = patch.crop(windows[-1])
        if not segment.leaves_residual or residual is None:
            return hidden, None
        return hidden, hidden if residual is patch else residual.crop(windows[-1])

    def _enter(self, segment: Segment, tile: Tile, dtype: torch.dtype) -> tuple[Patch, int]:
        """The segment's input for a tile, and how many tasks that has taken care of.

        A group norm in front is applied on the way from the store into the tile's window, piece
        by piece, which saves a copy.
        """
        window = segment.window(tile)
        extent = segment.scale_in.resize(tile.extent)
        if segment.index == 0:
            values = self.source[(..., *window.slices)].to(self.device, dtype)
            return Patch(values, window, extent), 0
        pieces = self._parked(Slot.HIDDEN, segment.index - 1, segment.scale_in, tile, window)
        norm = self._task(segment.start, dtype)
        if not isinstance(norm, GroupNorm):
            return _collect(pieces, window, extent, dtype), 0
        patch = self._empty(norm, window, extent, dtype)
        for region, values in pieces:
            norm.write(values, self.moments[segment.start], patch.crop(region).values)
        return patch, 1

    def _residual(
        self, segment: Segment, tile: Tile, wanted: Region, own: Patch | None
    ) -> Iterator[tuple[Region, Tensor]]:
        """The residual at a place: of this very segment, or parts that were parked."""
        if own is not None:
            yield wanted, own.crop(wanted).values
            return
        scale = segment.scale_in
        yield from self._parked(Slot.RESIDUAL, self.residual_from, scale, tile, wanted)

    def _parked(
        self, slot: Slot, segment: int, scale: Reach, tile: Tile, window: Region
    ) -> Iterator[tuple[Region, Tensor]]:
        """The parts of a parked activation that make up a window."""
        for other, region in self.tiling.meeting(tile, window, scale):
            kept = scale.resize(other.kept)
            time = region.time.shift(-kept.time.start).slice
            bins = region.bins.shift(-kept.bins.start).slice
            yield region, self.store.get(Key(slot, segment, other.index), (..., time, bins))

    def _broken_layer(self, segment: Segment, tile: Tile, dtype: torch.dtype) -> str:
        """Name of the first layer that gives infinities or NaNs."""
        try:
            for piece in self._split(tile):
                self._run(segment, piece, dtype, watch=True)
        except NonFiniteError as error:
            return error.layer
        return segment.tasks[-1].name

    def _split(self, tile: Tile) -> list[Tile]:
        """The tile in pieces of even length along time."""
        kept = tile.kept
        size = -(-kept.time.length // self.pieces)
        spans = split(kept.time.length, size, self._unit)
        return [
            replace(tile, kept=Region(span.shift(kept.time.start), kept.bins)) for span in spans
        ]

    def _task(self, position: int, dtype: torch.dtype) -> Task:
        """A task with its weights converted; at most one segment's weights are held twice."""
        key = (position, dtype)
        if key not in self._converted:
            self._converted[key] = self.network[position].to(self.device, dtype)
        return self._converted[key]

    @property
    def _unit(self) -> int:
        return total_scale(self.network).down

    def _empty(self, norm: GroupNorm, window: Region, extent: Region, dtype: torch.dtype) -> Patch:
        shape = (self.source.shape[0], norm.channels, window.time.length, window.bins.length)
        values = torch.empty(
            shape, dtype=dtype, device=self.device, memory_format=torch.channels_last
        )
        return Patch(values, window, extent)


def _collect(
    pieces: Iterator[tuple[Region, Tensor]], window: Region, extent: Region, dtype: torch.dtype
) -> Patch:
    """A window put together from what tiles parked; not copied where one tile holds all of it."""
    region, values = next(pieces)
    first = Patch(values.to(dtype), region, extent)
    if region == window:
        return first
    whole = canvas(first, window)
    for region, values in pieces:
        paste(whole, Patch(values, region, extent))
    return whole
