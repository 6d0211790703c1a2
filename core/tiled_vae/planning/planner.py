"""Plans a decode or encode: the executor, the tiles, and the predicted peak of memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import torch

from core.api.byte_count import size_text
from core.api.config import Offload, Precision, TilingConfig, TilingMode
from core.api.errors import DeviceMemoryError, InvalidRequestError
from core.api.region import Region, Span
from core.peers.sharing import deal_out
from core.runtime.device import available_bytes
from core.tiled_vae.graph.geometry import Reach, whole_region
from core.tiled_vae.graph.segments import total_scale
from core.tiled_vae.graph.tasks import Pointwise, Task
from core.tiled_vae.graph.tiling import Tiling
from core.tiled_vae.planning.context_windows import OVERLAP, context_windows
from core.tiled_vae.planning.memory_model import (
    ComputeSizes,
    MemoryProfile,
    streaming_peak_bytes,
    synchronous_memory,
)
from core.tiled_vae.planning.plan import Plan
from core.tiled_vae.planning.rank_memory import RankMemory
from core.tiled_vae.planning.rank_tiling import ONE_RANK, Ranks, RankTiling
from core.tiled_vae.planning.statistics_sample import (
    ATTENTION_LATENT_FRAMES,
    NUM_WINDOWS,
    is_short,
    window_tiling,
)

LONGEST_TILE_FRAMES = 512  # longer tiles were measured to be slower, not faster
TILES_OF_A_RANK = 8  # of several; then the tile that is computed is small beside what is stored
SHORTEST_RANK_TILE_FRAMES = 128  # that rule makes none shorter
LONGEST_CHUNK_FRAMES = 256  # the same for streaming, where longer ones also take more memory
TRIES_TO_FIT = 3  # stretches into memories of unequal size


@dataclass(frozen=True, slots=True)
class Candidate:
    """One option: an executor with a tile size, and the predicted peak of memory of each rank."""

    mode: TilingMode
    tile_frames: int
    tiling: RankTiling
    peaks_bytes: tuple[int, ...]
    store_budget_bytes: int
    ring: bool = False

    def tightest(self, budgets_bytes: Sequence[int]) -> tuple[int, int]:
        """What the rank with least room needs, and what it may use."""
        pairs = zip(self.peaks_bytes, budgets_bytes, strict=True)
        return max(pairs, key=lambda pair: pair[0] / pair[1])

    def fits(self, budgets_bytes: Sequence[int]) -> bool:
        """Whether each rank needs no more than it may use."""
        needed, allowed = self.tightest(budgets_bytes)
        return needed <= allowed

    def fits_some(self, budgets_bytes: Sequence[int]) -> bool:
        """Whether some ranks need more than they may use, and others do not."""
        pairs = zip(self.peaks_bytes, budgets_bytes, strict=True)
        return len({peak <= budget for peak, budget in pairs}) == 2


def plan_encode(
    queue: Sequence[Task],
    shape: tuple[int, ...],
    config: TilingConfig,
    ranks: Ranks = ONE_RANK,
) -> Plan:
    """Plan the encoding of a log-mel (B, 1, T, F); see `make_plan`."""
    return make_plan(queue, shape, config, config.encoder_padding, ranks)


def plan_decode(
    queue: Sequence[Task],
    shape: tuple[int, ...],
    config: TilingConfig,
    ranks: Ranks = ONE_RANK,
) -> Plan:
    """Plan the decoding of latents (B, C, T, F); see `make_plan`.

    With context windows, each window is planned like a clip of its own and shown as one tile.
    """
    scale = total_scale(queue).up
    if config.context == "clip" or int(config.context) >= shape[2] * scale:
        return make_plan(queue, shape, config, config.decoder_padding, ranks)
    window = int(config.context)
    if window % scale or window < OVERLAP * scale:
        raise InvalidRequestError(
            "context",
            f"context must be a multiple of {scale}, the scale of this VAE, and at least "
            f"{OVERLAP * scale}, not {window}.",
        )
    window_shape = (*shape[:2], window // scale, shape[3])
    least = ranks.budgets_bytes and [min(ranks.budgets_bytes)]
    plan = make_plan(
        queue, window_shape, config, config.decoder_padding, Ranks(budgets_bytes=least)
    )
    spans = context_windows(shape[2], window // scale)
    bins = Span(0, shape[3] * scale)
    return replace(
        plan,
        windows=spans,
        tiles=tuple(Region(span.final.scale(scale), bins) for span in spans),
        padded=tuple(Region(span.read.scale(scale), bins) for span in spans),
        owners=deal_out(len(spans), ranks.speeds),
        explanation=f"{len(spans)} windows of {window} frames, each by itself. {plan.explanation}",
    )


def make_plan(
    queue: Sequence[Task],
    shape: tuple[int, ...],
    config: TilingConfig,
    padding: int,
    ranks: Ranks = ONE_RANK,
) -> Plan:
    """Choose the longest tiles that fit the budget; in mode "auto" the executor as well.

    A requested mode is never replaced by another. Of several ranks each gets a stretch of the clip,
    by its speed; where that is more than its memory holds, the others get the rest.

    Args:
        queue: The network's tasks.
        shape: Of its input, (B, C, T, F).
        config: What was asked for.
        padding: Around each tile in padded mode, in frames of the input.
        ranks: Who shares the clip.

    Raises:
        InvalidRequestError: A tile size is no multiple of the network's scale, or the mode does
            not use it.
        DeviceMemoryError: Nothing fits the budget, not even tiles of one latent frame.
    """
    planner = _Planner(queue, shape, config, padding, ranks)
    tightest: list[tuple[int, int]] = []
    for candidate in planner.candidates():
        if candidate.fits(planner.budgets_bytes):
            return planner.plan(candidate)
        tightest.append(candidate.tightest(planner.budgets_bytes))
    needed, allowed = min(tightest)
    raise DeviceMemoryError(
        f"Mode {config.mode} on this clip needs at least {size_text(needed)} of memory, and "
        f"{size_text(allowed)} may be used. Allow more, let tiles wait elsewhere (offload), use "
        "streaming, or make the clip shorter."
    )


class _Planner:
    """Candidates for one input."""

    def __init__(
        self,
        queue: Sequence[Task],
        shape: tuple[int, ...],
        config: TilingConfig,
        padding: int,
        ranks: Ranks,
    ) -> None:
        self._queue = queue
        self._config = config
        self._padding = padding
        self._speeds = ranks.speeds
        self._scale = total_scale(queue)
        self._input_region = whole_region(*shape[2:])
        first = next(task for task in queue if isinstance(task, Pointwise)).weight
        self._sizes = ComputeSizes(
            batch=shape[0],
            dtype=_dtype(config.compute_dtype, first.dtype),
            stored_itemsize=_dtype(
                config.store_dtype or config.compute_dtype, first.dtype
            ).itemsize,
            fused_attention=first.device.type == "cpu",
        )
        own_bytes = config.memory_budget or available_bytes(first.device)
        self.budgets_bytes = tuple(ranks.budgets_bytes or [own_bytes] * len(ranks.speeds))
        self._check_tile_sizes()

    def candidates(self) -> Iterator[Candidate]:
        """All candidates, the best one first."""
        modes = [self._config.mode]
        if self._config.mode is TilingMode.AUTO:
            modes = [TilingMode.EXACT, TilingMode.STREAMING]
        for mode in modes:
            for frames in self._tile_lengths(mode):
                yield self._candidate(mode, frames)
                if self._is_joint(mode):
                    yield self._candidate(mode, frames, ring=True)

    def plan(self, chosen: Candidate) -> Plan:
        """The plan of the chosen candidate."""
        to_mel = Reach(up=self._scale.up)
        tiles = chosen.tiling.tiling.tiles
        return Plan(
            mode=chosen.mode,
            tiling=chosen.tiling.tiling,
            results=tuple(self._scale.resize(tile.core) for tile in tiles),
            tiles=tuple(to_mel.resize(tile.core) for tile in tiles),
            padded=tuple(to_mel.resize(tile.padded) for tile in tiles),
            windows=context_windows(self._input_region.time.length, self._input_region.time.length),
            scale=self._factor,
            peak_bytes=max(chosen.peaks_bytes),
            store_budget_bytes=chosen.store_budget_bytes,
            tile_frames=chosen.tile_frames,
            owners=chosen.tiling.owners,
            ring=chosen.ring,
            explanation=self._explain(chosen),
        )

    def _is_joint(self, mode: TilingMode) -> bool:
        """Whether several ranks have a stretch each, with tiles that attend to all others."""
        joint = mode is TilingMode.EXACT or (mode is TilingMode.STREAMING and self._is_short)
        return joint and len(self._speeds) > 1

    def _candidate(self, mode: TilingMode, frames: int, *, ring: bool = False) -> Candidate:
        tiling = self._tiling(mode, frames)
        if mode is TilingMode.STREAMING and not self._is_short:
            peaks_bytes = (self._streaming_bytes(tiling.tiling),) * len(self._speeds)
            return Candidate(mode, frames, tiling, peaks_bytes, 0)
        memory = RankMemory(self._queue, self._sizes, ring)
        profiles = memory.profiles(tiling, len(self._speeds))
        if self._config.offload is not Offload.NONE:
            working_bytes = max(profile.largest_working_bytes for profile in profiles)
            store_bytes = max(0, self.budget_bytes - working_bytes)
            peaks_bytes = tuple(profile.peak_bytes(store_bytes) for profile in profiles)
            return Candidate(mode, frames, tiling, peaks_bytes, store_bytes, ring)
        candidate = _unparked(mode, frames, tiling, profiles, ring)
        for _ in range(TRIES_TO_FIT if self._is_joint(mode) else 0):
            if not candidate.fits_some(self.budgets_bytes):
                break
            room = memory.room_in_frames(tiling, self.budgets_bytes)
            tiling = self._tiling(mode, frames, room)
            profiles = memory.profiles(tiling, len(self._speeds))
            candidate = _unparked(mode, frames, tiling, profiles, ring)
        return candidate

    @property
    def budget_bytes(self) -> int:
        """What the rank with least memory may use."""
        return min(self.budgets_bytes)

    def _streaming_bytes(self, tiling: Tiling) -> int:
        """Peak of the statistics pass or of the stream, whichever is higher."""
        windows = window_tiling(self._input_region.bins.length, self._scale.down)
        sizes = replace(self._sizes, batch=self._sizes.batch * NUM_WINDOWS)
        statistics = synchronous_memory(self._queue, windows, sizes).peak_bytes()
        chunk = max((tile.core for tile in tiling.tiles), key=lambda core: core.area)
        stream = streaming_peak_bytes(self._queue, chunk, ATTENTION_LATENT_FRAMES, self._sizes)
        return max(statistics, stream)

    def _tile_lengths(self, mode: TilingMode) -> list[int]:
        """Tile lengths to try, in mel frames, longest first."""
        whole_frames = self._input_region.time.length * self._scale.up
        if mode is TilingMode.OFF:
            return [whole_frames]
        if self._config.tile_frames is not None:
            return [self._config.tile_frames]
        factor = self._factor
        streams = mode is TilingMode.STREAMING and not self._is_short
        longest = LONGEST_CHUNK_FRAMES if streams else LONGEST_TILE_FRAMES
        if len(self._speeds) > 1 and not streams:
            stretch = whole_frames // len(self._speeds)
            longest = min(longest, max(SHORTEST_RANK_TILE_FRAMES, stretch // TILES_OF_A_RANK))
        lengths = [max(factor, min(longest // factor * factor, whole_frames))]
        while lengths[-1] > factor:
            lengths.append(max(factor, lengths[-1] // 2 // factor * factor))
        return lengths

    def _tiling(
        self, mode: TilingMode, tile_frames: int, capacities: Sequence[float] | None = None
    ) -> RankTiling:
        unit = self._scale.down
        height = self._config.tile_bins
        bins = self._input_region.bins.length
        if height is not None and mode is not TilingMode.OFF:
            bins = height // self._scale.up
        size = (max(1, tile_frames // self._scale.up), bins)
        area = self._input_region
        if mode is TilingMode.OFF:
            return RankTiling.shared(area, size, unit, ONE_RANK.speeds)
        if mode is TilingMode.STREAMING and not self._is_short and len(self._speeds) > 1:
            block = ATTENTION_LATENT_FRAMES * unit
            return RankTiling.dealt(area, size, unit, block, self._speeds)
        if mode is not TilingMode.PADDED:
            return RankTiling.shared(area, size, unit, self._speeds, capacities)
        padding = -(-self._padding // unit) * unit
        return RankTiling.padded(area, size, padding, unit, self._speeds)

    def _explain(self, chosen: Candidate) -> str:
        count = len(chosen.tiling.owners)
        needed, allowed = map(size_text, chosen.tightest(self.budgets_bytes))
        tiles = "one piece" if count == 1 else f"{count} tiles of up to {chosen.tile_frames} frames"
        streaming = "approximate: statistics from a sample"
        kind = {
            TilingMode.EXACT: "equal to the untiled network",
            TilingMode.STREAMING: "exact: the clip is short" if self._is_short else streaming,
            TilingMode.PADDED: "approximate: the classic padded tiles",
            TilingMode.OFF: "the whole network at once",
        }[chosen.mode]
        ranks = f" on {len(self._speeds)} devices" if len(self._speeds) > 1 else ""
        return (
            f"{chosen.mode.capitalize()} ({kind}), {tiles}{ranks}: about {needed} of the {allowed} "
            "that may be used."
        )

    def _check_tile_sizes(self) -> None:
        for name in ("tile_frames", "tile_bins"):
            value = getattr(self._config, name)
            if value is not None and value % self._factor:
                raise InvalidRequestError(
                    name,
                    f"{name} must be a multiple of {self._factor}, the scale of this VAE, not "
                    f"{value}.",
                )
        if self._config.mode is TilingMode.STREAMING and self._config.tile_bins is not None:
            raise InvalidRequestError(
                "tile_bins",
                "Streaming runs along time over the whole mel axis; leave tile_bins unset, or "
                "use another mode.",
            )

    @property
    def _is_short(self) -> bool:
        return is_short(self._input_region, self._scale.down)

    @property
    def _factor(self) -> int:
        return max(self._scale.up, self._scale.down)


def _unparked(
    mode: TilingMode,
    frames: int,
    tiling: RankTiling,
    profiles: Sequence[MemoryProfile],
    ring: bool,
) -> Candidate:
    """A candidate that keeps all activations on the ranks' devices."""
    peaks_bytes = tuple(profile.peak_bytes() for profile in profiles)
    return Candidate(mode, frames, tiling, peaks_bytes, max(peaks_bytes), ring)


def _dtype(precision: Precision | None, own: torch.dtype) -> torch.dtype:
    return own if precision is None else getattr(torch, precision)
