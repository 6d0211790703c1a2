"""The stages of the streaming executor: one for each task, each remembering a few frames.

With the statistics fixed, the network is a finite stack of convolutions along time. A stage keeps
just the input frames that its next outputs need, so no frame is computed twice and memory does
not depend on the length of the clip. States are replaced, never changed in place, so that a
snapshot of all stages is a handful of references.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import torch

from core.api.region import Region, Span
from core.runtime.precision import clamp_to_dtype
from core.tiled_vae.graph.barriers import Attention, GroupNorm, KeysValues
from core.tiled_vae.graph.moments import Moments
from core.tiled_vae.graph.patch import Patch, join, room
from core.tiled_vae.graph.tasks import Activation, AddResidual, Layer, StoreResidual


class StreamStage(Protocol):
    """One task of the stream."""

    task: Any

    def push(self, task: Any, patch: Patch) -> Patch | None:
        """Take the next frames in; give what can be computed now, if anything.

        Args:
            task: The stage's task in the precision to compute in.
            patch: The next frames of the stage's input.
        """


@dataclass
class LayerStage:
    """A layer: keeps the last input frames that outputs to come will read.

    Attributes:
        task: The layer.
        led: Whether these frames come in anew with the next ones, and need not be kept.
        held: Those frames.
        given: Frames of output given so far.
    """

    task: Layer
    led: bool = False
    held: Patch | None = None
    given: int = 0

    def push(self, task: Layer, patch: Patch) -> Patch | None:
        """Run the layer on all outputs that can be computed now and were not yet."""
        patch = follow(self.held, patch)
        reach, extent = task.reach, patch.extent
        possible = reach.gives(patch.region, extent)
        if not self.led:
            self.held = patch
        if possible.time.stop <= self.given:
            return None
        wanted = Region(Span(self.given, possible.time.stop), possible.bins)
        if not self.led:
            following = Region(Span(wanted.time.stop, wanted.time.stop + 1), wanted.bins)
            needed_from = reach.reads(following, _without_end(extent)).time.start
            self.held = from_frame(patch, needed_from)
        self.given = wanted.time.stop
        return task.run(patch, wanted)


@dataclass
class ActivationStage:
    """A function of each value by itself: keeps nothing, and gives whatever comes in."""

    task: Activation

    def push(self, task: Activation, patch: Patch) -> Patch:
        """Apply it."""
        return task.run(patch, patch.region)


@dataclass
class NormStage:
    """A group norm whose statistics are known.

    It keeps the frames that a convolution after it will read again, and gives them once more
    before the next ones: written to where they are read, they need no copy.

    Attributes:
        task: The group norm.
        moments: Its statistics.
        lead: How many frames that convolution reads again.
        held: Those frames, not yet normalised.
    """

    task: GroupNorm
    moments: Moments
    lead: int = 0
    held: Patch | None = None

    def push(self, task: GroupNorm, patch: Patch) -> Patch:
        """Normalise."""
        if self.held is None:
            normed = task.normalise(patch, self.moments)
        else:
            held = self.held.with_values(clamp_to_dtype(self.held.values, patch.values.dtype))
            normed = room([held, patch])
            for part in (held, patch):
                task.write(part.values, self.moments, normed.crop(part.region).values)
        if self.lead:
            recent = patch if patch.region.time.length >= self.lead else follow(self.held, patch)
            self.held = from_frame(recent, recent.region.time.stop - self.lead)
        return normed


@dataclass
class StoreStage:
    """The start of a residual block: keeps what its end has not added yet."""

    task: StoreResidual
    held: tuple[Patch, ...] = ()

    def push(self, task: StoreResidual, patch: Patch) -> Patch:
        """Remember the frames and pass them on."""
        self.held = (*self.held, task.residual(patch))
        return patch


@dataclass
class AddStage:
    """The end of a residual block: adds what its start remembered."""

    task: AddResidual
    start: StoreStage

    def push(self, task: AddResidual, patch: Patch) -> Patch:
        """Add the frames of the same place."""
        for held in self.start.held:
            place = Region(held.region.time.intersect(patch.region.time), patch.region.bins)
            residual = clamp_to_dtype(held.crop(place).values, patch.values.dtype)
            task.add(patch.crop(place).values, residual)
        rests = (from_frame(held, patch.region.time.stop) for held in self.start.held)
        self.start.held = tuple(rest for rest in rests if rest is not None)
        return patch


@dataclass
class AttentionStage:
    """Attention block by block: a block of frames sees itself, both neighbours, and far places.

    Blocks lie on a fixed grid of time, so that chunks of any size give the same result. A clip of
    one block sees all of itself. In a longer one, sampled
    places stand for all those that are not near: on real sounds that took three quarters of the
    error that the neighbourhood alone would make.

    Attributes:
        task: The attention.
        block_frames: Length of a block.
        far: A sample of the whole clip's places, if there is one.
        held: Input frames of blocks not yet given.
        seen: Keys and values of the blocks around.
        first_seen: Number of the first of these blocks.
        given: Blocks given so far.
    """

    task: Attention
    block_frames: int
    far: KeysValues | None = None
    held: Patch | None = None
    seen: tuple[KeysValues, ...] = ()
    first_seen: int = 0
    given: int = 0

    def push(self, task: Attention, patch: Patch) -> Patch | None:
        """Take frames in, and give every block whose right neighbour is known.

        The task may compute in another precision than the stream.
        """
        own = task.query_weight.dtype
        self.held = follow(self.held, patch.with_values(clamp_to_dtype(patch.values, own)))
        self._look_at_new_blocks(task)
        outputs = []
        while self._is_ready():
            outputs.append(self._give_block(task))
        if not outputs:
            return None
        given = join(outputs)
        return given.with_values(given.values.to(patch.values.dtype))

    def _look_at_new_blocks(self, task: Attention) -> None:
        while (block := self._block(self.first_seen + len(self.seen))) is not None:
            self.seen = (*self.seen, task.summarise(block.values))

    def _is_ready(self) -> bool:
        known = self.first_seen + len(self.seen)
        return self.given < known and (self.given + 1 < known or self._is_last(self.given))

    def _give_block(self, task: Attention) -> Patch:
        block = self._block(self.given)
        if block is None or self.held is None:
            raise ValueError("a block of attention is given before it came in")
        around = self.seen[
            max(0, self.given - 1 - self.first_seen) : self.given + 2 - self.first_seen
        ]
        near = KeysValues(
            torch.cat([part.keys for part in around], dim=2),
            torch.cat([part.values for part in around], dim=2),
        )
        output = task.attend(block, [self._with_far(near, block)])
        self.given += 1
        passed = max(0, self.given - 1 - self.first_seen)
        self.seen, self.first_seen = self.seen[passed:], self.first_seen + passed
        self.held = from_frame(self.held, block.region.time.stop)
        return output

    def _with_far(self, near: KeysValues, block: Patch) -> KeysValues:
        """Near places, and the sampled ones for as many as are not near."""
        places = block.extent.time.length * block.region.bins.length
        missing = 1 - near.keys.shape[2] / places
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
        """The input of a block, if all of it is held."""
        if self.held is None or self._span(number).length == 0:
            return None
        span = self._span(number)
        if span.start < self.held.region.time.start or span.stop > self.held.region.time.stop:
            return None
        return self.held.crop(Region(span, self.held.region.bins))

    def _span(self, number: int) -> Span:
        assert self.held is not None
        start = number * self.block_frames
        return Span(start, start + self.block_frames).intersect(self.held.extent.time)

    def _is_last(self, number: int) -> bool:
        return self.held is not None and self._span(number + 1).length == 0


def follow(held: Patch | None, patch: Patch) -> Patch:
    """New frames after those held, in the precision of the new ones."""
    if held is None:
        return patch
    return join([held.with_values(clamp_to_dtype(held.values, patch.values.dtype)), patch])


def from_frame(patch: Patch, frame: int) -> Patch | None:
    """A copy of the frames from `frame` on; a view would keep the whole tensor alive."""
    if frame >= patch.region.time.stop:
        return None
    kept = Region(
        Span(max(frame, patch.region.time.start), patch.region.time.stop), patch.region.bins
    )
    return patch.crop(kept).with_values(patch.crop(kept).values.clone())


def _without_end(extent: Region) -> Region:
    """The plane as if it went on: which frame comes first does not hang on where it ends."""
    return Region(Span(extent.time.start, extent.time.stop + 2), extent.bins)
