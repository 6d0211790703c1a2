"""The small typed tasks that a VAE is made of, each with its reach and its arithmetic.

Every executor runs the same flat list of these. They hold references to the network's weights;
`to` gives a converted copy and leaves the network as it was.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.api.region import Region, Span
from core.kernels import doubling, winograd
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.geometry import IDENTITY, Reach
from core.tiled_vae.graph.patch import Patch


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
    """A 1x1 convolution: mixes channels, reads no neighbour.

    Attributes:
        weight: Its kernel.
        bias: One number for each channel of the output.
        wide: Whether it computes and gives its result in float32 where others use half precision.
    """

    weight: Tensor
    bias: Tensor | None
    wide: bool = False

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its weights elsewhere or in another precision."""
        return Task.to(self, device, self._own(dtype))

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Mix the channels."""
        read = self._read(patch, wanted)
        return read.with_values(F.conv2d(read.values, self.weight, self.bias))

    def _read(self, patch: Patch, region: Region) -> Patch:
        """A region of the input, in the precision it computes in."""
        read = patch.crop(region)
        return read.with_values(read.values.to(self._own(read.values.dtype)))

    def _own(self, dtype: torch.dtype) -> torch.dtype:
        return at_least_float32(dtype) if self.wide else dtype


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Convolution(Pointwise):
    """A 3x3 convolution that keeps the size: one frame of halo on every side.

    Attributes:
        points: The kernels of `winograd.transformed`; made on conversion, where that pays.
    """

    reach: ClassVar[Reach] = Reach(before=1, after=1)
    points: Tensor | None = None

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its kernels elsewhere; transformed before they are rounded."""
        dtype = self._own(dtype)
        if not winograd.pays(self.weight, device, dtype):
            return Pointwise.to(self, device, dtype)
        bias = None if self.bias is None else self.bias.detach().to(device, dtype)
        points = winograd.transformed(self.weight.detach().to(device), dtype)
        return replace(self, points=points, bias=bias)

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Convolve, with zeros beyond the true border only."""
        read = self._read(patch, self.reach.reads(wanted, patch.extent))
        convolve = _convolve if self.points is None else _convolve_at_points
        return Patch(convolve(self, read, _margin(wanted)), wanted, patch.extent)


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
    """Every frame and bin twice (nearest), then a 3x3 convolution; both at once.

    Attributes:
        products: The kernels of `doubling.transformed`; made on conversion, where that pays.
        joint: The kernel of `doubling.joint_kernel`; made on conversion elsewhere.
    """

    reach: ClassVar[Reach] = Reach(before=1, after=1, up=2)
    products: Tensor | None = None
    joint: Tensor | None = None

    def to(self, device: torch.device, dtype: torch.dtype) -> "Upsample":
        """The same task with its kernels elsewhere; summed before they are rounded."""
        weight = self.weight.detach().to(device)
        bias = None if self.bias is None else self.bias.detach().to(device, dtype)
        if doubling.pays(device, dtype):
            return replace(self, products=doubling.transformed(weight, dtype), bias=bias)
        return replace(self, joint=doubling.joint_kernel(weight, dtype), bias=bias)

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Double and convolve."""
        read = patch.crop(self.reach.reads(wanted, patch.extent))
        double = self._transpose if self.products is None else self._multiply
        values, held = double(read, wanted)
        return Patch(values, held, self.reach.resize(patch.extent)).crop(wanted)

    def _multiply(self, read: Patch, wanted: Region) -> tuple[Tensor, Region]:
        """By products of matrices, which make whole places."""
        assert self.products is not None
        places = Span(wanted.time.start // 2, -(-wanted.time.stop // 2))
        padding = _missing(read.region.time, Span(places.start - 1, places.stop + 1))
        values = doubling.convolve_doubled(read.values, self.products, self.bias, padding)
        return values, Region(places.scale(2), read.region.bins.scale(2))

    def _transpose(self, read: Patch, wanted: Region) -> tuple[Tensor, Region]:
        """By one transposed convolution, whose padding crops what is not wanted."""
        assert self.joint is not None
        fine = self.reach.resize(read.region)
        # a padding of 1 gives the doubled size, each further one crops a frame on both sides
        spare = min(_missing(wanted.time, fine.time)), min(_missing(wanted.bins, fine.bins))
        padding = 1 + spare[0], 1 + spare[1]
        values = F.conv_transpose2d(read.values, self.joint, self.bias, stride=2, padding=padding)
        return values, Region(
            Span(fine.time.start + spare[0], fine.time.stop - spare[0]),
            Span(fine.bins.start + spare[1], fine.bins.stop - spare[1]),
        )


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
    """Convolve the patch as if it were `around` large, with zeros where it is not.

    Where zeros are missing on one side only, both sides get them and the other side's extra
    output is dropped: one frame at the end of a clip costs less than a padded copy of the tile.
    """
    top, bottom = _missing(read.region.time, around.time)
    left, right = _missing(read.region.bins, around.bins)
    if stride > 1:
        values = F.pad(read.values, (left, right, top, bottom))
        return F.conv2d(values, layer.weight, layer.bias, stride=stride)
    padding = (max(top, bottom), max(left, right))
    values = F.conv2d(read.values, layer.weight, layer.bias, padding=padding)
    time = slice(padding[0] - top, values.shape[2] - (padding[0] - bottom))
    bins = slice(padding[1] - left, values.shape[3] - (padding[1] - right))
    return values[:, :, time, bins]


def _convolve_at_points(layer: Convolution, read: Patch, around: Region) -> Tensor:
    """The same by Winograd's way, which always sees zeros beyond both ends of mel."""
    assert layer.points is not None
    left, right = _missing(read.region.bins, around.bins)
    padding = _missing(read.region.time, around.time)
    values = winograd.convolve(read.values, layer.points, layer.bias, padding)
    return values[..., 1 - left : values.shape[3] - (1 - right)]


def _missing(held: Span, needed: Span) -> tuple[int, int]:
    return held.start - needed.start, needed.stop - held.stop


def _convert(value: "Tensor | Task", device: torch.device, dtype: torch.dtype) -> "Tensor | Task":
    """A weight or a task elsewhere; kernels in channels-last order, which convolves faster."""
    if isinstance(value, Task):
        return value.to(device, dtype)
    weight = value.detach().to(device, dtype)
    return weight.contiguous(memory_format=torch.channels_last) if weight.dim() == 4 else weight
