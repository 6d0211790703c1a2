"""One decode or encode: the converted queue, the input, and how executors are made for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.config import TilingConfig, TilingMode
from core.progress import Progress
from core.tiled_vae.estimate import shrink
from core.tiled_vae.geometry import plane
from core.tiled_vae.planner import Plan
from core.tiled_vae.quiet import QuietProgress
from core.tiled_vae.statistics import Moments
from core.tiled_vae.store import ActivationStore
from core.tiled_vae.synchronous import SynchronousExecutor
from core.tiled_vae.tasks import Downsample, Task
from core.tiled_vae.tiling import Tile, Tiling, sharing_tiles

Results = Iterator[tuple[Tile, Tensor]]


@dataclass(frozen=True)
class Job:
    """Everything that an executor needs to know.

    Attributes:
        queue: The tasks, converted to the device and precision to compute in.
        source: The network's input (B, C, T, F).
        plan: Mode and tiles.
        config: What was asked for.
        progress: Events out, the wish to stop in.
        device: Where to compute.
        dtype: Precision to compute in.
    """

    queue: Sequence[Task]
    source: Tensor
    plan: Plan
    config: TilingConfig
    progress: Progress
    device: torch.device
    dtype: torch.dtype

    def run(self) -> Results:
        """Results of the tiles' cores, in the order of time."""
        known = self._fast_statistics() if self._is_fast else {}
        return self._executor(self.source, self.plan.tiling, self.progress, known).run()

    @property
    def _is_fast(self) -> bool:
        return self.plan.mode is TilingMode.PADDED and self.config.fast

    def _executor(
        self,
        source: Tensor,
        tiling: Tiling,
        progress: Progress,
        known: Mapping[int, Moments],
    ) -> SynchronousExecutor:
        return SynchronousExecutor(
            queue=self.queue,
            tiling=tiling,
            source=source,
            store=ActivationStore(),
            progress=progress,
            device=self.device,
            dtype=self.dtype,
            known=known,
        )

    def _fast_statistics(self) -> dict[int, Moments]:
        """All statistics guessed from the input shrunk to one tile.

        An encoder's guess is only good before the first downsampling (its later layers answer to
        detail that shrinking removed, which shows as a false colour); from there on the tiles
        compute theirs together.
        """
        longest = max(tile.kept.time.length for tile in self.plan.tiling.tiles)
        small = shrink(self.source.to(self.device, self.dtype), longest)
        area = plane(*small.shape[2:])
        tiling = sharing_tiles(area, (area.time.length, area.bins.length))
        executor = self._executor(small, tiling, QuietProgress(self.progress), {})
        for _ in executor.run():
            pass
        return {at: moments for at, moments in executor.found.items() if at < self._first_down}

    @property
    def _first_down(self) -> int:
        downs = (at for at, task in enumerate(self.queue) if isinstance(task, Downsample))
        return next(downs, len(self.queue))
