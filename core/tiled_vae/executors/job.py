"""One decode or encode: the queue, the input, the plan, and the executor that fits."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import torch
from torch import Tensor

from core.api.config import Offload, TilingConfig, TilingMode
from core.api.progress import Progress, QuietProgress
from core.api.region import Region
from core.runtime.host_memory import release_free_memory
from core.tiled_vae.executors.activation_store import ActivationStore, DiskFolder, InHostMemory
from core.tiled_vae.executors.streaming import StreamingExecutor
from core.tiled_vae.executors.synchronous import SynchronousExecutor
from core.tiled_vae.executors.tile_runner import TileRunner
from core.tiled_vae.graph.geometry import plane
from core.tiled_vae.graph.moments import Moments
from core.tiled_vae.graph.segments import total_scale
from core.tiled_vae.graph.tasks import Downsample, Task
from core.tiled_vae.graph.tiling import Tile, Tiling, sharing_tiles
from core.tiled_vae.planning.planner import Plan
from core.tiled_vae.planning.sampling import (
    ATTENTION_LATENT_FRAMES,
    Knowledge,
    Sample,
    is_short,
    sampling_dtype,
    shrink,
)

Results = Iterator[tuple[Tile, Tensor]]


@dataclass(frozen=True)
class TilingJob:
    """Everything that an executor needs to know.

    Attributes:
        network: The queue, with the network's own weights.
        source: The network's input (B, C, T, F).
        plan: Mode and tiles.
        config: What was asked for.
        progress: Events out, the wish to stop in.
        device: Where to compute.
        dtype: Precision to compute in.
    """

    network: Sequence[Task]
    source: Tensor
    plan: Plan
    config: TilingConfig
    progress: Progress
    device: torch.device
    dtype: torch.dtype

    def run(self) -> Results:
        """Results of the tiles' cores, in the order of time.

        A short clip is not streamed: to look at all of it for the statistics is almost all the
        work, so the exact executor goes on to the end from there.
        """
        streaming = self.plan.mode is TilingMode.STREAMING
        if streaming and not is_short(self._source_plane, self._latent_unit):
            yield from self._stream()
            return
        with ExitStack() as stack:
            store = self._store(stack)
            fast = self.plan.mode is TilingMode.PADDED and self.config.fast
            known = self._shrunk_statistics() if fast else {}
            passage = self._passage(self.source, self.plan.tiling, store, known)
            yield from SynchronousExecutor(passage, self.progress).run()

    def _stream(self) -> Results:
        known = self._sampled_statistics()
        release_free_memory()  # or what the sample took would stay beside the stream, in pieces
        executor = StreamingExecutor(
            network=self.network,
            device=self.device,
            dtype=self.dtype,
            tiling=self.plan.tiling,
            source=self.source,
            progress=self.progress,
            known=known,
            attention_frames=ATTENTION_LATENT_FRAMES,
        )
        yield from executor.run()

    def _sampled_statistics(self) -> Knowledge:
        """What the streaming mode knows beforehand, from windows or a downsampled clip."""
        quiet = QuietProgress(self.progress)
        with ExitStack() as stack:
            look = Sample.shrunk if self.config.fast else Sample.of
            sample = look(self.source, self._latent_unit)
            passage = self._passage(sample.values, sample.tiling, self._store(stack), {})
            passage.dtype = sampling_dtype(self.device, self.dtype)
            executor = SynchronousExecutor(passage, quiet, sample.pool)
            moments = executor.learn()
            length = self.source.shape[2]
            return Knowledge(
                moments, {at: sample.far(seen, length) for at, seen in executor.sampled.items()}
            )

    @property
    def _source_plane(self) -> Region:
        return plane(*self.source.shape[2:])

    @property
    def _latent_unit(self) -> int:
        """Frames of the input in one latent frame."""
        return total_scale(self.network).down

    def _passage(
        self,
        source: Tensor,
        tiling: Tiling,
        store: ActivationStore,
        known: Mapping[int, Moments],
    ) -> TileRunner:
        return TileRunner(
            network=self.network,
            device=self.device,
            dtype=self.dtype,
            tiling=tiling,
            source=source,
            store=store,
            progress=self.progress,
            moments=dict(known),
        )

    def _store(self, stack: ExitStack) -> ActivationStore:
        """A store as asked for; its folder on disk goes with the job."""
        own = self.config.store_dtype
        store = ActivationStore(
            device=self.device,
            budget_bytes=self.plan.store_budget_bytes,
            dtype=None if own is None else getattr(torch, own),
        )
        if self.config.offload is Offload.DISK:
            folder = DiskFolder()
            stack.callback(folder.close)
            store.park = folder.park
        elif self.config.offload is Offload.CPU:
            store.park = InHostMemory.park
        return store

    def _shrunk_statistics(self) -> dict[int, Moments]:
        """The classic fast mode's statistics, guessed from the input shrunk to one tile.

        An encoder's guess is good before the first downsampling only: its later layers answer to
        detail that shrinking removed. From there on the tiles compute theirs together.
        """
        longest = max(tile.kept.time.length for tile in self.plan.tiling.tiles)
        small = shrink(self.source.to(self.device, self.dtype), longest)
        area = plane(*small.shape[2:])
        tiling = sharing_tiles(area, (area.time.length, area.bins.length))
        passage = self._passage(small, tiling, ActivationStore(self.device), {})
        moments = SynchronousExecutor(passage, QuietProgress(self.progress)).learn()
        return {at: found for at, found in moments.items() if at < self._first_down}

    @property
    def _first_down(self) -> int:
        downs = (at for at, task in enumerate(self.network) if isinstance(task, Downsample))
        return next(downs, len(self.network))
