"""The small typed tasks that a VAE is made of, each with its reach and its arithmetic.

Every executor runs the same flat list of these. They hold references to the network's weights;
`to` gives a converted copy and leaves the network as it was.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.region import Region, Span
from core.tiled_vae.geometry import IDENTITY, Reach
from core.tiled_vae.patch import Patch


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """One step of the network.

    Attributes:
        reach: Which inputs an output needs.
        name: The layer's name in the network.
    """

    reach: ClassVar[Reach] = IDENTITY
    name: str

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its weights elsewhere or in another precision."""
        changes: dict[str, Any] = {
            field.name: _convert(value, device, dtype)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), Tensor | Task)
        }
        return replace(self, **changes)

    @property
    def weights(self) -> list[Tensor]:
        """All its weights."""
        values = [getattr(self, field.name) for field in fields(self)]
        inner = [weight for value in values if isinstance(value, Task) for weight in value.weights]
        return [value for value in values if isinstance(value, Tensor)] + inner


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer(Task):
    """A task that turns a piece of its input into a piece of its output, all by itself."""

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Compute the region `wanted` of the output, which the patch suffices for."""
        raise TypeError(f"{type(self).__name__} does not say how it runs")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activation(Layer):
    """A function of each value by itself."""

    module: nn.Module

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Apply it, in place where torch can: its input is always a fresh tensor."""
        read = patch.crop(wanted)
        if isinstance(self.module, nn.SiLU):
            return read.with_values(F.silu(read.values, inplace=True))
        return read.with_values(self.module(read.values))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pointwise(Layer):
    """A 1x1 convolution: mixes channels, reads no neighbour."""

    weight: Tensor
    bias: Tensor | None

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Mix the channels."""
        read = patch.crop(wanted)
        return read.with_values(F.conv2d(read.values, self.weight, self.bias))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Convolution(Pointwise):
    """A 3x3 convolution that keeps the size: one frame of halo on every side."""

    reach: ClassVar[Reach] = Reach(before=1, after=1)

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Convolve, with zeros beyond the true border only."""
        read = patch.crop(self.reach.reads(wanted, patch.extent))
        values = _convolve(self, read, around=_margin(wanted))
        return Patch(values, wanted, patch.extent)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Downsample(Pointwise):
    """A 3x3 convolution with stride 2: output t reads inputs 2t to 2t + 2.

    The network pads (0, 1, 0, 1), so zeros stand beyond the right and the bottom border only.
    """

    reach: ClassVar[Reach] = Reach(after=1, down=2)

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Convolve every second frame and bin."""
        read = patch.crop(self.reach.reads(wanted, patch.extent))
        needed = Region(
            Span(2 * wanted.time.start, 2 * wanted.time.stop + 1),
            Span(2 * wanted.bins.start, 2 * wanted.bins.stop + 1),
        )
        values = _convolve(self, read, around=needed, stride=2)
        return Patch(values, wanted, self.reach.resize(patch.extent))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Upsample(Pointwise):
    """Every frame and bin twice (nearest), then a 3x3 convolution."""

    reach: ClassVar[Reach] = Reach(before=1, after=1, up=2)

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Double, then convolve."""
        read = patch.crop(self.reach.reads(wanted, patch.extent))
        extent = self.reach.resize(patch.extent)
        doubled = F.interpolate(read.values, scale_factor=2.0, mode="nearest")
        fine = Patch(doubled, self.reach.resize(read.region), extent)
        fine = fine.crop(Convolution.reach.reads(wanted, extent))
        return Patch(_convolve(self, fine, around=_margin(wanted)), wanted, extent)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoreResidual(Task):
    """Remember the input of a block, changed to the channels of its output."""

    shortcut: Pointwise | None = None

    def residual(self, patch: Patch) -> Patch:
        """What is to be added at the end of the block."""
        return patch if self.shortcut is None else self.shortcut.run(patch, patch.region)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AddResidual(Task):
    """Add what was remembered and divide by the block's output scale."""

    divisor: float = 1.0

    def add(self, values: Tensor, residual: Tensor) -> None:
        """Add to (a part of) the block's output, in place."""
        values.add_(residual)
        if self.divisor != 1.0:
            values.div_(self.divisor)


def _margin(wanted: Region) -> Region:
    """What a 3x3 convolution reads for `wanted`, zeros beyond the border included."""
    return Region(
        Span(wanted.time.start - 1, wanted.time.stop + 1),
        Span(wanted.bins.start - 1, wanted.bins.stop + 1),
    )


def _convolve(layer: Pointwise, read: Patch, around: Region, stride: int = 1) -> Tensor:
    """Convolve the patch as if it were `around` large, with zeros where it is not."""
    top, bottom = _missing(read.region.time, around.time)
    left, right = _missing(read.region.bins, around.bins)
    if top == bottom and left == right:
        padding = (top, left)
        return F.conv2d(read.values, layer.weight, layer.bias, stride=stride, padding=padding)
    values = F.pad(read.values, (left, right, top, bottom))
    return F.conv2d(values, layer.weight, layer.bias, stride=stride)


def _missing(held: Span, needed: Span) -> tuple[int, int]:
    return held.start - needed.start, needed.stop - held.stop


def _convert(value: "Tensor | Task", device: torch.device, dtype: torch.dtype) -> "Tensor | Task":
    """A weight or a task elsewhere; kernels in channels-last order, which convolves faster."""
    if isinstance(value, Task):
        return value.to(device, dtype)
    weight = value.detach().to(device, dtype)
    return weight.contiguous(memory_format=torch.channels_last) if weight.dim() == 4 else weight
