"""The queue cut into what a tile can run without hearing of the others."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from core.api.region import Region
from core.tiled_vae.graph.barriers import Attention, GroupNorm
from core.tiled_vae.graph.geometry import IDENTITY, Reach
from core.tiled_vae.graph.tasks import AddResidual, Pointwise, StoreResidual, Task
from core.tiled_vae.graph.tiling import Tile

Barrier = GroupNorm | Attention


@dataclass(frozen=True)
class Segment:
    """Tasks between two stops; the first may itself be the barrier that was just passed.

    Attributes:
        index: Its number in the queue.
        start: Position of its first task in the queue.
        tasks: What a tile runs without a stop.
        scale_in: From the grid of the network's input to that of the first task's input.
        ends_at: The task that it stops before, None at the end of the queue.
    """

    index: int
    start: int
    tasks: tuple[Task, ...]
    scale_in: Reach
    ends_at: Task | None

    @cached_property
    def scales(self) -> tuple[Reach, ...]:
        """Grid before each task, and after the last one."""
        scales = [self.scale_in]
        for task in self.tasks:
            scales.append(scales[-1].then(task.reach))
        return tuple(scales)

    @property
    def scale_out(self) -> Reach:
        """From the grid of the network's input to that of the segment's result."""
        return self.scales[-1]

    @property
    def stop(self) -> int:
        """Position of the task after its last one."""
        return self.start + len(self.tasks)

    @property
    def barrier(self) -> Barrier | None:
        """What the tiles have to hear of each other for, at its end."""
        return self.ends_at if isinstance(self.ends_at, GroupNorm | Attention) else None

    @cached_property
    def needs_residual(self) -> bool:
        """Whether it adds a residual that an earlier segment stored."""
        return isinstance(next(iter(self._marks), None), AddResidual)

    @cached_property
    def leaves_residual(self) -> bool:
        """Whether a residual that it stores is added by a later segment."""
        return isinstance(next(reversed(self._marks), None), StoreResidual)

    def window(self, tile: Tile) -> Region:
        """What the segment reads of its input for what the tile keeps: that, with a halo."""
        return self.windows(tile)[0]

    def windows(self, tile: Tile) -> list[Region]:
        """What is needed before each task, and after the last one, for what the tile keeps."""
        regions = [self.scale_out.resize(tile.kept)]
        for task, scale in zip(reversed(self.tasks), reversed(self.scales[:-1]), strict=True):
            regions.append(task.reach.reads(regions[-1], scale.resize(tile.extent)))
        return regions[::-1]

    @property
    def _marks(self) -> list[Task]:
        return [task for task in self.tasks if isinstance(task, AddResidual | StoreResidual)]


def total_scale(queue: Iterable[Task]) -> Reach:
    """How the whole queue resizes the grid."""
    scale = IDENTITY
    for task in queue:
        scale = scale.then(task.reach)
    return scale


def cut(
    queue: Sequence[Task], *, known: Collection[int] = (), shared: bool = True
) -> list[Segment]:
    """Cut the queue before every task that has to hear of other tiles first.

    Args:
        queue: All tasks.
        known: Positions of group norms whose statistics are fixed beforehand: no barrier.
        shared: Whether tiles read from each other. Then it is cut also where one convolution
            reads the neighbours of what another gave: no two tiles compute the same frame.
    """
    stops = list(_stops(queue, known, shared))
    segments: list[Segment] = []
    scale = IDENTITY
    for index, (start, stop) in enumerate(zip([0, *stops], [*stops, len(queue)], strict=True)):
        ends_at = queue[stop] if stop < len(queue) else None
        segments.append(Segment(index, start, tuple(queue[start:stop]), scale, ends_at))
        scale = segments[-1].scale_out
    return segments


def _stops(queue: Sequence[Task], known: Collection[int], shared: bool) -> Iterator[int]:
    """Positions to cut before, in order."""
    convolved = False
    for position, task in enumerate(queue):
        joint = isinstance(task, Attention) or (
            isinstance(task, GroupNorm) and position not in known
        )
        again = shared and convolved and isinstance(task, Pointwise) and task.reach.after > 0
        if joint or again:
            convolved = False
            yield position
        convolved |= isinstance(task, Pointwise)
