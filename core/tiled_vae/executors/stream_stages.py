"""The stages of the streaming executor: one for each task, each with a buffer of a few frames.

With fixed statistics the network is a finite stack of convolutions along time. A stage keeps only
the input frames that its next outputs read. So no frame is computed twice, and memory does not
depend on the length of the clip. A stage's state is replaced, never changed in place, so that a
snapshot of all stages is a list of references.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor

from core.api.region import Region, Span
from core.runtime.precision import at_least_float32, clamp_to_dtype
from core.tiled_vae.graph.barriers import Affine, Attention, GroupNorm, KeysValues
from core.tiled_vae.graph.norm_moments import Moments
from core.tiled_vae.graph.patch import Patch, allocate, concatenate
from core.tiled_vae.graph.tasks import AddResidual, Layer, StoreResidual


class StreamStage(Protocol):
    """One task of the stream, with its state."""

    task: Any

    def push(self, task: Any, patch: Patch) -> Patch | None:
        """Take the next frames and return the output that can be computed now, if any.

        Args:
            task: The stage's task in the precision to compute in.
            patch: The next frames of the stage's input.
        """


@dataclass
class LayerStage:
    """A layer, which keeps the last input frames that later outputs read.

    Attributes:
        task: The layer.
        input_overlaps: Whether each input repeats these frames, so that none need be kept.
        buffer: These frames.
        next_frame: The frame of output that comes next; at first the first one that is wanted.
        stop: The frame after the last one that is wanted; None = the last of all.
    """

    task: Layer
    input_overlaps: bool = False
    buffer: Patch | None = None
    next_frame: int = 0
    stop: int | None = None

    def push(self, task: Layer, patch: Patch) -> Patch | None:
        """Compute all wanted outputs that are possible now and were not computed before."""
        patch = append_frames(self.buffer, patch)
        reach, extent = task.reach, patch.extent
        possible = reach.output_region(patch.region, extent)
        if not self.input_overlaps:
            self.buffer = patch
        last = possible.time.stop if self.stop is None else min(self.stop, possible.time.stop)
        if last <= self.next_frame:
            return None
        wanted = Region(Span(self.next_frame, last), possible.bins)
        if not self.input_overlaps:
            following = Region(Span(wanted.time.stop, wanted.time.stop + 1), wanted.bins)
            needed_from = reach.input_region(following, _without_end(extent)).time.start
            self.buffer = frames_from(patch, needed_from)
        self.next_frame = wanted.time.stop
        return task.run(patch, wanted)


@dataclass
class ActivationStage:
    """A function of each value by itself: keeps nothing."""

    task: Layer

    def push(self, task: Layer, patch: Patch) -> Patch:
        """Apply it."""
        return task.run(patch, patch.region)


@dataclass
class NormStage:
    """A group norm with fixed statistics.

    It keeps the frames that the convolution after it reads again, and repeats them before the next
    ones. They are normalised into the tensor that the convolution reads, which saves a copy.

    Attributes:
        task: The group norm.
        moments: Its statistics.
        overlap: How many frames the convolution reads again.
        buffer: These frames, before normalisation.
        affine: Scale and shift, once they were needed.
    """

    task: GroupNorm
    moments: Moments
    overlap: int = 0
    buffer: Patch | None = None
    affine: Affine | None = None

    def push(self, task: GroupNorm, patch: Patch) -> Patch:
        """Normalise."""
        if self.buffer is None:
            normed = task.normalise(patch, self._affine(task, patch.values))
        else:
            buffer = self.buffer.with_values(clamp_to_dtype(self.buffer.values, patch.values.dtype))
            normed = allocate([buffer, patch])
            for part in (buffer, patch):
                affine = self._affine(task, part.values)
                task.write(part.values, affine, normed.crop(part.region).values)
        if self.overlap:
            recent = (
                patch
                if patch.region.time.length >= self.overlap
                else append_frames(self.buffer, patch)
            )
            self.buffer = frames_from(recent, recent.region.time.stop - self.overlap)
        return normed

    def _affine(self, task: GroupNorm, like: Tensor) -> Affine:
        """Scale and shift for values such as these, made once for all chunks."""
        if self.affine is None or self.affine.scale.dtype != at_least_float32(like.dtype):
            self.affine = task.affine(self.moments, like)
        return self.affine


@dataclass
class StoreStage:
    """The start of a residual block: keeps the residuals that its end has not added yet."""

    task: StoreResidual
    residuals: tuple[Patch, ...] = ()

    def push(self, task: StoreResidual, patch: Patch) -> Patch:
        """Store the residual of the frames and pass the frames on."""
        self.residuals = (*self.residuals, task.residual(patch))
        return patch


@dataclass
class AddStage:
    """The end of a residual block: adds what its start stored."""

    task: AddResidual
    start: StoreStage

    def push(self, task: AddResidual, patch: Patch) -> Patch:
        """Add the frames of the same place."""
        stored = self.start.residuals
        for residual in stored:
            place = Region(residual.region.time.intersect(patch.region.time), patch.region.bins)
            values = clamp_to_dtype(residual.crop(place).values, patch.values.dtype)
            task.add(patch.crop(place).values, values)
        rests = (frames_from(residual, patch.region.time.stop) for residual in stored)
        self.start.residuals = tuple(rest for rest in rests if rest is not None)
        return patch


@dataclass
class AttentionStage:
    """Attention block by block: a block attends to itself, both neighbours, and far positions.

    Blocks lie on a fixed grid of time, so that chunks of any size give the same result. A clip of
    one block attends to all of itself. In a longer one, sampled positions stand for all those that
    are not near: on real sounds that removed three quarters of the error that the neighbourhood
    alone would make.

    Attributes:
        task: The attention.
        block_frames: Length of a block.
        far: A sample of the whole clip's positions, if there is one.
        buffer: Input frames of blocks that are not computed yet.
        recent: Keys and values of the blocks around.
        first_recent: Number of the first of these blocks.
        next_block: Number of the block of output that comes next.
    """

    task: Attention
    block_frames: int
    far: KeysValues | None = None
    buffer: Patch | None = None
    recent: tuple[KeysValues, ...] = ()
    first_recent: int = 0
    next_block: int = 0

    def begin_at(self, frame: int) -> None:
        """Begin with the block that has this frame; its left neighbour is the first to come in."""
        self.next_block = frame // self.block_frames
        self.first_recent = max(0, self.next_block - 1)

    def push(self, task: Attention, patch: Patch) -> Patch | None:
        """Take frames, and compute every block whose right neighbour has come in.

        The task may compute in another precision than the stream.
        """
        own = task.query_weight.dtype
        self.buffer = append_frames(
            self.buffer, patch.with_values(clamp_to_dtype(patch.values, own))
        )
        self._summarise_new_blocks(task)
        outputs = []
        while self._is_ready():
            outputs.append(self._attend_block(task))
        if not outputs:
            return None
        output = concatenate(outputs)
        return output.with_values(output.values.to(patch.values.dtype))

    def _summarise_new_blocks(self, task: Attention) -> None:
        while (block := self._block(self.first_recent + len(self.recent))) is not None:
            self.recent = (*self.recent, task.summarise(block.values))

    def _is_ready(self) -> bool:
        num_seen = self.first_recent + len(self.recent)
        return self.next_block < num_seen and (
            self.next_block + 1 < num_seen or self._is_last(self.next_block)
        )

    def _attend_block(self, task: Attention) -> Patch:
        block = self._block(self.next_block)
        if block is None or self.buffer is None:
            raise ValueError("a block of attention is computed before its input is complete")
        at = self.next_block - self.first_recent
        neighbourhood = self.recent[max(0, at - 1) : at + 2]
        near = KeysValues(
            torch.cat([part.keys for part in neighbourhood], dim=2),
            torch.cat([part.values for part in neighbourhood], dim=2),
        )
        output = task.attend(block, [self._with_far(near, block)])
        self.next_block += 1
        num_passed = max(0, self.next_block - 1 - self.first_recent)
        self.recent, self.first_recent = self.recent[num_passed:], self.first_recent + num_passed
        self.buffer = frames_from(self.buffer, block.region.time.stop)
        return output

    def _with_far(self, near: KeysValues, block: Patch) -> KeysValues:
        """Near positions, and the sampled ones, weighted to stand for all that are not near."""
        num_positions = block.extent.time.length * block.region.bins.length
        missing = 1 - near.keys.shape[2] / num_positions
        if self.far is None or self.far.counts is None or missing <= 0:
            return near
        far = self.far.to(near.keys.dtype)
        alone = torch.ones(near.keys.shape[2], device=self.far.counts.device)
        return KeysValues(
            torch.cat([near.keys, far.keys], dim=2),
            torch.cat([near.values, far.values], dim=2),
            torch.cat([alone, self.far.counts * missing]),
        )

    def _block(self, number: int) -> Patch | None:
        """The input of a block, if all of it is in the buffer."""
        if self.buffer is None or self._span(number).length == 0:
            return None
        span = self._span(number)
        if span.start < self.buffer.region.time.start or span.stop > self.buffer.region.time.stop:
            return None
        return self.buffer.crop(Region(span, self.buffer.region.bins))

    def _span(self, number: int) -> Span:
        assert self.buffer is not None
        start = number * self.block_frames
        return Span(start, start + self.block_frames).intersect(self.buffer.extent.time)

    def _is_last(self, number: int) -> bool:
        return self.buffer is not None and self._span(number + 1).length == 0


def append_frames(buffer: Patch | None, patch: Patch) -> Patch:
    """The frames of the buffer with new ones after them, in the precision of the new ones."""
    if buffer is None:
        return patch
    return concatenate(
        [buffer.with_values(clamp_to_dtype(buffer.values, patch.values.dtype)), patch]
    )


def frames_from(patch: Patch, frame: int) -> Patch | None:
    """A copy of the frames from `frame` on: a view would keep the whole tensor alive."""
    if frame >= patch.region.time.stop:
        return None
    rest = Region(
        Span(max(frame, patch.region.time.start), patch.region.time.stop), patch.region.bins
    )
    return patch.crop(rest).with_values(patch.crop(rest).values.clone())


def _without_end(extent: Region) -> Region:
    """The plane with a later end: which frame is read first does not depend on where it ends."""
    return Region(Span(extent.time.start, extent.time.stop + 2), extent.bins)
