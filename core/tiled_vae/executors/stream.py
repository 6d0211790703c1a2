"""A queue whose tasks are stages: chunks are pushed through once, guarded against what may fail.

Infinities and NaNs in half precision have the chunk computed again in float32, and a chunk for
which memory runs out is halved. Either way the stages are first set back to where they stood.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from core.api.errors import DeviceMemoryError, NonFiniteError, release_frames
from core.api.events import Notice
from core.api.progress import Progress
from core.api.region import Region
from core.runtime.device_errors import is_out_of_memory
from core.runtime.host_memory import release_free_memory
from core.runtime.precision import at_least_float32, finite_flag, first_false, is_finite
from core.tiled_vae.executors.stream_stages import StreamStage
from core.tiled_vae.graph.geometry import split
from core.tiled_vae.graph.patch import Patch, concatenate
from core.tiled_vae.graph.tasks import Task

Converted = dict[torch.dtype, list[Task]]
"""A queue by the precision that its weights were converted to."""


@dataclass
class Stream:
    """A clip on its way through the stages of a queue.

    Attributes:
        network: The queue with the network's own weights.
        stages: A stage for each task.
        read: Gives the network's input (B, C, T, F) of a region.
        extent: The region of the whole input.
        unit: Frames of the input that cannot be halved: the factor by which the network shrinks.
        device: Where to compute.
        dtype: Precision to compute in.
        progress: Where notices go.
        num_pieces: In how many pieces frames are pushed into a task, and then through all that
            follow; pieces that fit the processor's cache take less time and memory.
        converted: The queue by precision, once it is needed; further streams may begin with it.
    """

    network: Sequence[Task]
    stages: Sequence[StreamStage]
    read: Callable[[Region], Tensor]
    extent: Region
    unit: int
    device: torch.device
    dtype: torch.dtype
    progress: Progress
    num_pieces: Callable[[Task, Patch], int] = lambda _task, _patch: 1
    converted: Converted = field(default_factory=dict)

    def push(self, tile: int, chunk: Region) -> Iterator[Patch]:
        """Push frames through all stages, in halves where memory runs out.

        Args:
            tile: The chunk's number, for what is said about it.
            chunk: The next frames of the input.

        Yields:
            The output that it makes possible, if any, in order.

        Raises:
            NonFiniteError: There are infinities or NaNs in float32 too.
            DeviceMemoryError: Memory runs out even for the smallest chunk.
        """
        before = [dict(vars(stage)) for stage in self.stages]
        halves = split(chunk.time.length, -(-chunk.time.length // 2), self.unit)
        try:
            output = self._push_with_fallback(tile, chunk, before)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            release_frames(error)
            self._restore(before)
            if len(halves) == 1:
                raise DeviceMemoryError(
                    "The memory of the device is too small for a single frame of the VAE. Close "
                    "other programs, or choose the processor as the device."
                ) from error
        else:
            if output is not None:
                yield output
            return
        # Recurse outside the handler: its traceback would keep the failed chunk's tensors alive.
        del before
        for half in halves:
            yield from self.push(tile, Region(half.shift(chunk.time.start), chunk.bins))

    def close(self) -> None:
        """Free the converted weights."""
        self.converted.clear()

    def _push_with_fallback(
        self, tile: int, chunk: Region, before: list[dict[str, Any]]
    ) -> Patch | None:
        """Push a chunk, again in float32 where half precision overflows."""
        wide = at_least_float32(self.dtype)
        try:
            return self._push_checked(tile, chunk, self.dtype, before)
        except NonFiniteError as error:
            if wide == self.dtype:
                raise
            self._restore(before)
            output = self._push_checked(tile, chunk, wide, before)
            self.progress.emit(
                Notice(
                    f"Half precision overflowed at {error.layer}, tile {tile}: this part was "
                    "computed again in float32."
                )
            )
            return output

    def _push_checked(
        self, tile: int, chunk: Region, dtype: torch.dtype, before: list[dict[str, Any]]
    ) -> Patch | None:
        """Push a chunk, and raise with the layer's name where the values are not finite.

        With the range of float32, checking the result is enough, and saves a check at every layer.
        In float16 every layer is checked: a later stage may keep an infinity in its buffer that the
        result does not show yet. The flags of all layers are read at once, after the last one.
        """
        if torch.finfo(dtype).max < torch.finfo(torch.bfloat16).max:
            return self._push(tile, chunk, dtype, check_each=True)
        output = self._push(tile, chunk, dtype, check_each=False)
        if output is None or is_finite(output.values):
            return output
        self._restore(before)
        return self._push(tile, chunk, dtype, check_each=True)

    def _push(
        self, tile: int, chunk: Region, dtype: torch.dtype, *, check_each: bool
    ) -> Patch | None:
        """Push a chunk through all stages; returns the output that it makes possible, if any."""
        patch = Patch(self.read(chunk).to(self.device, dtype), chunk, self.extent)
        flags: list[tuple[str, Tensor]] | None = [] if check_each else None
        outputs = list(self._push_through(0, patch, self._tasks(dtype), flags))
        if flags:
            broken = first_false([flag for _, flag in flags])
            if broken is not None:
                raise NonFiniteError(flags[broken][0], tile)
        return concatenate(outputs) if outputs else None

    def _push_through(
        self,
        first: int,
        patch: Patch,
        tasks: Sequence[Task],
        flags: list[tuple[str, Tensor]] | None,
    ) -> Iterator[Patch]:
        """Push frames through the stages from `first` on, in pieces where they are many."""
        for position in range(first, len(tasks)):
            task = tasks[position]
            count = min(self.num_pieces(task, patch), patch.region.time.length)
            if count > 1:
                time = patch.region.time
                for span in split(time.length, -(-time.length // count)):
                    piece = patch.crop(Region(span.shift(time.start), patch.region.bins))
                    yield from self._push_through(position, piece, tasks, flags)
                return
            output = self.stages[position].push(task, patch)
            if output is None:
                return
            patch = output
            if flags is not None:
                flags.append((task.name, finite_flag(patch.values)))
        yield patch

    def _tasks(self, dtype: torch.dtype) -> list[Task]:
        if dtype not in self.converted:
            self.converted[dtype] = [task.to(self.device, dtype) for task in self.network]
            release_free_memory()  # what conversion leaves between the kernels fits no activation
        return self.converted[dtype]

    def _restore(self, before: list[dict[str, Any]]) -> None:
        for stage, state in zip(self.stages, before, strict=True):
            vars(stage).update(state)
