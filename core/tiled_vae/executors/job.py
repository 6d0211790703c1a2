"""One decode or encode: its queue, input and plan, and the choice of the executor."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby

import torch
from torch import Tensor

from core.api.config import Offload, TilingConfig, TilingMode
from core.api.progress import InnerProgress, Progress
from core.api.region import Region
from core.peers.alone import ALONE
from core.peers.peers import Peers
from core.runtime.host_memory import release_free_memory
from core.runtime.precision import full_float32
from core.tiled_vae.executors.activation_store import ActivationStore, DiskFolder, HostCopy
from core.tiled_vae.executors.rank_tiles import in_order
from core.tiled_vae.executors.sample_part import SamplePart
from core.tiled_vae.executors.streaming import StreamingExecutor
from core.tiled_vae.executors.synchronous import SynchronousExecutor
from core.tiled_vae.executors.tile_runner import TileRunner
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.segments import total_scale
from core.tiled_vae.graph.tasks import Downsample, Task
from core.tiled_vae.graph.tiling import Tile, Tiling, shared_tiles
from core.tiled_vae.planning.plan import Plan
from core.tiled_vae.planning.statistics_sample import (
    ATTENTION_LATENT_FRAMES,
    ClipStatistics,
    Sample,
    downsample_time,
    is_short,
    sampling_dtype,
)

Results = Iterator[tuple[Tile, Tensor]]


@dataclass(frozen=True)
class TilingJob:
    """Everything that an executor needs.

    Attributes:
        network: The queue, with the network's own weights.
        source: The network's input (B, C, T, F); of tiles over several ranks, what this one reads.
        plan: Mode and tiles.
        config: What was asked for.
        progress: Where events go and cancelling comes from.
        device: Where to compute.
        dtype: Precision to compute in.
        peers: The ranks that share the tiles.
        source_start: Its first frame that `source` holds.
        between_turns: See `TiledVAE.decode_tiles`.
    """

    network: Sequence[Task]
    source: Tensor
    plan: Plan
    config: TilingConfig
    progress: Progress
    device: torch.device
    dtype: torch.dtype
    peers: Peers = ALONE
    source_start: int = 0
    between_turns: Callable[[], None] = lambda: None

    def run(self) -> Results:
        """Yield the results of the tiles' cores in the order of time, over ranks at the first one.

        A short clip is not streamed: computing its exact statistics is almost all the work, so the
        exact executor goes on from there to the end.
        """
        streaming = self.plan.mode is TilingMode.STREAMING
        if streaming and not is_short(self._source_plane, self._latent_unit):
            yield from self._stream()
            return
        with ExitStack() as stack:
            store = self._make_store(stack)
            fast = self.plan.mode is TilingMode.PADDED and self.config.fast
            moments = self._downsampled_statistics() if fast else {}
            runner = self._make_runner(self.source, self.plan.tiling, store, moments)
            runner.source_start = self.source_start
            results = SynchronousExecutor(
                runner,
                self.progress,
                peers=self.peers,
                owners=self.plan.owners,
                ring=self.plan.ring,
            ).run()
            if self.plan.mode is not TilingMode.PADDED:
                results = _in_full_float32(self.device, results)
            yield from results

    def _stream(self) -> Results:
        with self.peers.leaving_together():
            statistics = self._sampled_statistics()
            release_free_memory()  # else freed blocks of the sample would stay beside the stream
            own, tiles = self._streams(statistics), self.plan.tiling.tiles
            yield from in_order(self.peers, tiles, self.plan.owners, own, self.between_turns)

    def _streams(self, statistics: ClipStatistics) -> Results:
        """The results of this rank's tiles: one stream for each stretch of the clip."""
        pairs = zip(self.plan.tiling.tiles, self.plan.owners, strict=True)
        for owner, stretch in groupby(pairs, key=lambda pair: pair[1]):
            if owner == self.peers.rank:
                executor = StreamingExecutor(
                    network=self.network,
                    device=self.device,
                    dtype=self.dtype,
                    tiling=self.plan.tiling,
                    source=self.source,
                    progress=self.progress,
                    statistics=statistics,
                    attention_frames=ATTENTION_LATENT_FRAMES,
                    check=self.peers.check,
                    tiles=[tile for tile, _ in stretch],
                )
                yield from executor.run()

    def _sampled_statistics(self) -> ClipStatistics:
        """The statistics for the streaming mode, from windows or from the downsampled clip.

        Of several ranks each runs some of the windows, and all get the statistics of all.
        """
        quiet = InnerProgress(self.progress)
        with ExitStack() as stack:
            make_sample = Sample.downsampled if self.config.fast else Sample.from_windows
            sample = make_sample(self.source, self._latent_unit)
            part = SamplePart.of(sample, self.peers)
            runner = self._make_runner(part.values, sample.tiling, self._make_store(stack), {})
            runner.dtype = sampling_dtype(self.device, self.dtype)
            executor = SynchronousExecutor(runner, quiet, part.pool)
            moments = executor.collect_statistics()
            length = self.source.shape[2]
            return ClipStatistics(
                moments,
                {
                    at: sample.far(part.all_windows(window), length)
                    for at, window in executor.sampled.items()
                },
            )

    @property
    def _source_plane(self) -> Region:
        """The whole input, of which `source` may hold a part only."""
        return self.plan.tiling.tiles[0].extent

    @property
    def _latent_unit(self) -> int:
        """Frames of the input in one latent frame."""
        return total_scale(self.network).down

    def _make_runner(
        self,
        source: Tensor,
        tiling: Tiling,
        store: ActivationStore,
        moments: Mapping[int, Moments],
    ) -> TileRunner:
        return TileRunner(
            network=self.network,
            device=self.device,
            dtype=self.dtype,
            tiling=tiling,
            source=source,
            store=store,
            progress=self.progress,
            moments=dict(moments),
        )

    def _make_store(self, stack: ExitStack) -> ActivationStore:
        """A store as configured; its folder on disk is removed at the end of `stack`."""
        store_dtype = self.config.store_dtype
        store = ActivationStore(
            device=self.device,
            budget_bytes=self.plan.store_budget_bytes,
            dtype=None if store_dtype is None else getattr(torch, store_dtype),
        )
        if self.config.offload is Offload.DISK:
            folder = DiskFolder()
            stack.callback(folder.close)
            store.park = folder.park
        elif self.config.offload is Offload.CPU:
            store.park = HostCopy.park
        return store

    def _downsampled_statistics(self) -> dict[int, Moments]:
        """The classic fast mode's moments, estimated on the input downsampled to one tile.

        An encoder's estimate is good before its first downsampling only: later layers respond to
        detail that the estimate lacks. From there on the tiles compute their moments together.
        """
        longest = max(tile.padded.time.length for tile in self.plan.tiling.tiles)
        small = downsample_time(self.source.to(self.device, self.dtype), longest)
        area = whole_region(*small.shape[2:])
        tiling = shared_tiles(area, (area.time.length, area.bins.length))
        runner = self._make_runner(small, tiling, ActivationStore(self.device), {})
        moments = SynchronousExecutor(runner, InnerProgress(self.progress)).collect_statistics()
        return {
            position: estimate
            for position, estimate in moments.items()
            if position < self._first_down
        }

    @property
    def _first_down(self) -> int:
        downs = (
            position for position, task in enumerate(self.network) if isinstance(task, Downsample)
        )
        return next(downs, len(self.network))


def _in_full_float32(device: torch.device, results: Results) -> Results:
    """The same results, computed without TF32: they are said to be exact."""
    while True:
        with full_float32(device):  # not while the caller works with a result
            found = next(results, None)
        if found is None:
            return
        yield found
