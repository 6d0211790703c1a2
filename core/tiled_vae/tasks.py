"""The small typed tasks that a VAE is made of, each with its reach and its arithmetic.

Every executor runs the same flat list of these. They hold their own references to the network's
weights; `to` gives a converted copy and leaves the network as it was.
"""

from dataclasses import dataclass, fields, replace
from typing import ClassVar, Self

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
        name: The layer's name in the network.
        reach: Which inputs an output needs.
    """

    reach: ClassVar[Reach] = IDENTITY
    name: str

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its weights elsewhere or in another precision."""
        changes = {
            field.name: _convert(value, device, dtype)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), Tensor | Task)
        }
        return replace(self, **changes)

    @property
    def weight_bytes(self) -> int:
        """Bytes of the weights."""
        values = (getattr(self, field.name) for field in fields(self))
        return sum(
            value.nbytes if isinstance(value, Tensor) else value.weight_bytes
            for value in values
            if isinstance(value, Tensor | Task)
        )

    def channels_after(self, channels: int) -> int:
        """Channels of the output, given those of the input."""
        return channels


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pointwise(Task):
    """A 1x1 convolution: mixes channels, reads no neighbour."""

    weight: Tensor
    bias: Tensor | None

    def channels_after(self, channels: int) -> int:
        """Channels of the output."""
        return self.weight.shape[0]

    def run(self, patch: Patch) -> Patch:
        """Convolve."""
        return patch.with_values(F.conv2d(patch.values, self.weight, self.bias))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Convolution(Pointwise):
    """A 3x3 convolution that keeps the size: one frame of halo on every side."""

    reach: ClassVar[Reach] = Reach(before=1, after=1)

    def run(self, patch: Patch) -> Patch:
        """Convolve, with zeros beyond the true border only."""
        padded = convolve_padded(patch, self.weight, self.bias)
        return padded.crop(self.reach.gives(patch.region, patch.extent))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Downsample(Pointwise):
    """A 3x3 convolution with stride 2: output t reads inputs 2t to 2t + 2.

    The network pads (0, 1, 0, 1), so zeros stand beyond the right and the bottom border only.
    """

    reach: ClassVar[Reach] = Reach(after=1, down=2)

    def run(self, patch: Patch) -> Patch:
        """Convolve every second frame and bin."""
        region = self.reach.gives(patch.region, patch.extent)
        read = patch.crop(self.reach.reads(region, patch.extent))
        right = _reaches_past(region.bins, read.region.bins)
        bottom = _reaches_past(region.time, read.region.time)
        values = F.pad(read.values, (0, right, 0, bottom)) if right or bottom else read.values
        values = F.conv2d(values, self.weight, self.bias, stride=2)
        return Patch(values, region, self.reach.resize(patch.extent))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Upsample(Pointwise):
    """Every frame and bin twice (nearest), then a 3x3 convolution."""

    reach: ClassVar[Reach] = Reach(before=1, after=1, up=2)

    def run(self, patch: Patch) -> Patch:
        """Double, then convolve."""
        doubled = Patch(
            F.interpolate(patch.values, scale_factor=2.0, mode="nearest"),
            _double(patch.region),
            _double(patch.extent),
        )
        padded = convolve_padded(doubled, self.weight, self.bias)
        return padded.crop(self.reach.gives(patch.region, patch.extent))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activation(Task):
    """A function of each value by itself."""

    module: nn.Module

    def run(self, patch: Patch) -> Patch:
        """Apply it, in place where torch can: its input is always a fresh tensor."""
        if isinstance(self.module, nn.SiLU):
            return patch.with_values(F.silu(patch.values, inplace=True))
        return patch.with_values(self.module(patch.values))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoreResidual(Task):
    """Remember the input of a block, changed to the channels of its output."""

    shortcut: Pointwise | None = None

    def run(self, patch: Patch) -> Patch:
        """What is to be added at the end of the block."""
        return patch if self.shortcut is None else self.shortcut.run(patch)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AddResidual(Task):
    """Add what was remembered, in place, and divide by the block's output scale."""

    divisor: float = 1.0

    def add(self, values: Tensor, residual: Tensor) -> None:
        """Add to a part of the block's output."""
        values.add_(residual)
        if self.divisor != 1.0:
            values.div_(self.divisor)


def convolve_padded(patch: Patch, weight: Tensor, bias: Tensor | None) -> Patch:
    """A 3x3 convolution with zeros on both sides of each axis that touches a border.

    Where only one side is a border, the outermost outputs of the other side are wrong; the caller
    crops them. That is cheaper than padding one side by a copy of the tile.
    """
    time = _touches(patch.region.time, patch.extent.time)
    bins = _touches(patch.region.bins, patch.extent.bins)
    values = F.conv2d(patch.values, weight, bias, padding=(int(time), int(bins)))
    region = Region(
        patch.region.time
        if time
        else Span(patch.region.time.start + 1, patch.region.time.stop - 1),
        patch.region.bins
        if bins
        else Span(patch.region.bins.start + 1, patch.region.bins.stop - 1),
    )
    return Patch(values, region, patch.extent)


def _touches(span: Span, limit: Span) -> bool:
    return span.start == limit.start or span.stop == limit.stop


def _reaches_past(outputs: Span, inputs: Span) -> int:
    """Frames that the last output of a stride-2 convolution reads beyond its inputs."""
    return max(0, 2 * outputs.stop + 1 - inputs.stop)


def _double(region: Region) -> Region:
    return region.scale(2)


def _convert(value: "Tensor | Task", device: torch.device, dtype: torch.dtype) -> "Tensor | Task":
    if isinstance(value, Task):
        return value.to(device, dtype)
    converted = value.detach().to(device, dtype)
    is_kernel = converted.dim() == 4
    return converted.contiguous(memory_format=torch.channels_last) if is_kernel else converted
