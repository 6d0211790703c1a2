"""Segments: the parts of the queue that a tile can run without the other tiles."""

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
    """Tasks that a tile runs without a stop; the first may be the barrier before the segment.

    Attributes:
        index: Its number.
        start: Position of its first task in the queue.
        tasks: Its tasks.
        scale_in: From the grid of the network's input to that of the first task's input.
        ends_at: The task after it; None at the end of the queue.
    """

    index: int
    start: int
    tasks: tuple[Task, ...]
    scale_in: Reach
    ends_at: Task | None

    @cached_property
    def scales(self) -> tuple[Reach, ...]:
        """The scale of the grid before each task, and after the last one."""
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
        """The barrier at its end, if there is one."""
        return self.ends_at if isinstance(self.ends_at, GroupNorm | Attention) else None

    @cached_property
    def needs_residual(self) -> bool:
        """Whether it adds a residual that an earlier segment stored."""
        return isinstance(next(iter(self._residual_tasks), None), AddResidual)

    @cached_property
    def leaves_residual(self) -> bool:
        """Whether a residual that it stores is added by a later segment."""
        return isinstance(next(reversed(self._residual_tasks), None), StoreResidual)

    def input_region(self, tile: Tile) -> Region:
        """What the segment reads of its input for a padded tile: the tile with a halo."""
        return self.regions(tile)[0]

    def residual_region(self, tile: Tile) -> Region | None:
        """What it reads of the residual that an earlier segment stored, if it needs that."""
        if not self.needs_residual:
            return None
        adds = (at for at, task in enumerate(self.tasks) if isinstance(task, AddResidual))
        return self.regions(tile)[next(adds)]

    def regions(self, tile: Tile) -> list[Region]:
        """The regions needed before each task, and after the last one, for a padded tile."""
        regions = [self.scale_out.resize(tile.padded)]
        for task, scale in zip(reversed(self.tasks), reversed(self.scales[:-1]), strict=True):
            regions.append(task.reach.input_region(regions[-1], scale.resize(tile.extent)))
        return regions[::-1]

    @property
    def _residual_tasks(self) -> list[Task]:
        return [task for task in self.tasks if isinstance(task, AddResidual | StoreResidual)]


def total_scale(queue: Iterable[Task]) -> Reach:
    """The scale of the whole queue."""
    scale = IDENTITY
    for task in queue:
        scale = scale.then(task.reach)
    return scale


def frames_per_latent(whole: Reach, before: Reach) -> int:
    """Frames in a latent frame on a grid inside a network.

    Args:
        whole: The scale of the network.
        before: The scale of its tasks before that grid.
    """
    return whole.down // before.down * before.up


def split_into_segments(
    queue: Sequence[Task], *, fixed_norms: Collection[int] = (), shared: bool = True
) -> list[Segment]:
    """Split the queue before every task that needs something from other tiles.

    Args:
        queue: All tasks.
        fixed_norms: Positions of group norms with fixed statistics, which are no barrier.
        shared: Whether tiles read from each other. Then it is also split where a convolution
            reads neighbours of another's output, so that no two tiles compute the same frame.
    """
    stops = list(_split_positions(queue, fixed_norms, shared))
    segments: list[Segment] = []
    scale = IDENTITY
    for index, (start, stop) in enumerate(zip([0, *stops], [*stops, len(queue)], strict=True)):
        ends_at = queue[stop] if stop < len(queue) else None
        segments.append(Segment(index, start, tuple(queue[start:stop]), scale, ends_at))
        scale = segments[-1].scale_out
    return segments


def _split_positions(
    queue: Sequence[Task], fixed_norms: Collection[int], shared: bool
) -> Iterator[int]:
    """Positions to split before, in order."""
    convolved = False
    for position, task in enumerate(queue):
        barrier = isinstance(task, Attention) or (
            isinstance(task, GroupNorm) and position not in fixed_norms
        )
        reads_neighbours = (
            shared and convolved and isinstance(task, Pointwise) and task.reach.after > 0
        )
        if barrier or reads_neighbours:
            convolved = False
            yield position
        convolved |= isinstance(task, Pointwise)
