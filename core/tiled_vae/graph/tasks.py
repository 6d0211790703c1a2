"""The tasks that a VAE is made of: convolutions, activations, resampling, residuals.

Every executor runs the same flat queue of them. They hold references to the network's weights;
`to` returns a converted copy and leaves the network as it was.
"""

from dataclasses import dataclass, fields, replace
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.api.region import Region, Span
from core.kernels import upsampling, winograd
from core.kernels.processor_speed import use_matrix_products, use_winograd
from core.runtime.device import convolution_format
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.geometry import IDENTITY, Reach
from core.tiled_vae.graph.patch import Patch

_CONVOLUTION = Reach(before=1, after=1)
_DOWNSAMPLE = Reach(after=1, down=2)
_UPSAMPLE = Reach(before=1, after=1, up=2)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Task:
    """One step of the network.

    Attributes:
        name: The layer's name in the network.
    """

    name: str

    @property
    def reach(self) -> Reach:
        """Its receptive field and scale."""
        return IDENTITY

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its weights on another device or in another precision."""
        changes: dict[str, Any] = {
            field.name: _convert(value, device, dtype)
            for field in fields(self)
            if isinstance(value := getattr(self, field.name), Tensor | Task)
        }
        return replace(self, **changes)

    @property
    def weights(self) -> list[Tensor]:
        """All its weights and biases."""
        values = [getattr(self, field.name) for field in fields(self)]
        inner = [weight for value in values if isinstance(value, Task) for weight in value.weights]
        return [value for value in values if isinstance(value, Tensor)] + inner


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layer(Task):
    """A task whose output needs only the input around it, nothing of other tiles."""

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Compute the region `wanted` of the output, for which the patch has all inputs."""
        raise TypeError(f"{type(self).__name__} has no run method")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activation(Layer):
    """A function of each value by itself."""

    module: nn.Module

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Apply it, in place where torch can: its input is always a tensor of its own."""
        read = patch.crop(wanted)
        if isinstance(self.module, nn.SiLU):
            return read.with_values(F.silu(read.values, inplace=True))
        return read.with_values(self.module(read.values))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pointwise(Layer):
    """A 1x1 convolution: mixes channels, reads no neighbour.

    Attributes:
        weight: Its kernel, (O, I, 1, 1).
        bias: (O,)
        float32_output: Whether it computes in float32 where other tasks use half precision.
    """

    weight: Tensor
    bias: Tensor | None
    float32_output: bool = False

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its weights on another device or in another precision."""
        return Task.to(self, device, self._compute_dtype(dtype))

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Mix the channels."""
        read = self._read_input(patch, wanted)
        return read.with_values(F.conv2d(read.values, self.weight, self.bias))

    def _read_input(self, patch: Patch, region: Region) -> Patch:
        """A region of the input, in the precision that the task computes in."""
        read = patch.crop(region)
        return read.with_values(read.values.to(self._compute_dtype(read.values.dtype)))

    def _compute_dtype(self, dtype: torch.dtype) -> torch.dtype:
        return at_least_float32(dtype) if self.float32_output else dtype


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Convolution(Pointwise):
    """A 3x3 convolution that keeps the size: one frame of halo on every side.

    Attributes:
        winograd_weight: From `winograd.winograd_weight`; made on conversion, where it is faster.
    """

    winograd_weight: Tensor | None = None

    @property
    def reach(self) -> Reach:
        """One frame and one bin on either side."""
        return _CONVOLUTION

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task on another device; the kernel is transformed before it is rounded."""
        dtype = self._compute_dtype(dtype)
        if not use_winograd(self.weight, device, dtype):
            return Pointwise.to(self, device, dtype)
        bias = None if self.bias is None else self.bias.detach().to(device, dtype)
        winograd_weight = winograd.winograd_weight(self.weight.detach().to(device), dtype)
        return replace(self, winograd_weight=winograd_weight, bias=bias)

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Convolve, with zeros beyond the true border only."""
        read = self._read_input(patch, self.reach.input_region(wanted, patch.extent))
        convolve = _convolve if self.winograd_weight is None else _convolve_winograd
        return Patch(convolve(self, read, _with_halo(wanted)), wanted, patch.extent)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Downsample(Pointwise):
    """A 3x3 convolution with stride 2: output t reads inputs 2t to 2t + 2.

    The network pads (0, 1, 0, 1), so there are zeros beyond the right and the bottom border only.
    """

    @property
    def reach(self) -> Reach:
        """One frame and one bin after it, half the size."""
        return _DOWNSAMPLE

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Convolve every second frame and bin."""
        read = patch.crop(self.reach.input_region(wanted, patch.extent))
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
        product_weights: From `doubling.product_weights`; made on conversion, where it is faster.
        transposed_weight: From `doubling.transposed_weight`; made on conversion elsewhere.
    """

    product_weights: Tensor | None = None
    transposed_weight: Tensor | None = None

    @property
    def reach(self) -> Reach:
        """One frame and one bin on either side, double the size."""
        return _UPSAMPLE

    def to(self, device: torch.device, dtype: torch.dtype) -> "Upsample":
        """The same task on another device; taps are summed before they are rounded."""
        weight = self.weight.detach().to(device)
        bias = None if self.bias is None else self.bias.detach().to(device, dtype)
        if use_matrix_products(device, dtype):
            return replace(
                self, product_weights=upsampling.product_weights(weight, dtype), bias=bias
            )
        return replace(
            self, transposed_weight=upsampling.transposed_weight(weight, dtype), bias=bias
        )

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Double and convolve."""
        read = patch.crop(self.reach.input_region(wanted, patch.extent))
        double = self._by_transposition if self.product_weights is None else self._by_products
        values, region = double(read, wanted)
        return Patch(values, region, self.reach.resize(patch.extent)).crop(wanted)

    def _by_products(self, read: Patch, wanted: Region) -> tuple[Tensor, Region]:
        """Double by matrix products, which compute both outputs of every input position."""
        assert self.product_weights is not None
        positions = Span(wanted.time.start // 2, -(-wanted.time.stop // 2))
        padding = _border_padding(read.region.time, Span(positions.start - 1, positions.stop + 1))
        values = upsampling.convolve_doubled(read.values, self.product_weights, self.bias, padding)
        return values, Region(positions.scale(2), read.region.bins.scale(2))

    def _by_transposition(self, read: Patch, wanted: Region) -> tuple[Tensor, Region]:
        """Double by one transposed convolution, whose padding crops what is not wanted."""
        assert self.transposed_weight is not None
        fine = self.reach.resize(read.region)
        # a padding of 1 gives the doubled size, each further one crops a frame on both sides
        spare = (
            min(_border_padding(wanted.time, fine.time)),
            min(_border_padding(wanted.bins, fine.bins)),
        )
        padding = 1 + spare[0], 1 + spare[1]
        values = F.conv_transpose2d(
            read.values, self.transposed_weight, self.bias, stride=2, padding=padding
        )
        return values, Region(
            Span(fine.time.start + spare[0], fine.time.stop - spare[0]),
            Span(fine.bins.start + spare[1], fine.bins.stop - spare[1]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoreResidual(Task):
    """The start of a residual block: stores its input, with the channels of its output."""

    shortcut: Pointwise | None = None

    def residual(self, patch: Patch) -> Patch:
        """What the end of the block adds."""
        return patch if self.shortcut is None else self.shortcut.run(patch, patch.region)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AddResidual(Task):
    """The end of a residual block: adds the stored input and divides by the block's scale."""

    divisor: float = 1.0

    def add(self, values: Tensor, residual: Tensor) -> None:
        """Add to (a part of) the block's output, in place."""
        values.add_(residual)
        if self.divisor != 1.0:
            values.div_(self.divisor)


def _with_halo(wanted: Region) -> Region:
    """The inputs of a 3x3 convolution for `wanted`, zeros beyond the border included."""
    return Region(
        Span(wanted.time.start - 1, wanted.time.stop + 1),
        Span(wanted.bins.start - 1, wanted.bins.stop + 1),
    )


def _convolve(layer: Pointwise, read: Patch, around: Region, stride: int = 1) -> Tensor:
    """Convolve the patch as if it covered `around`, with zeros where it does not.

    Where zeros are missing on one side only, both sides are padded and the other side's extra
    output is dropped: one more frame costs less than a padded copy of the tile.
    """
    top, bottom = _border_padding(read.region.time, around.time)
    left, right = _border_padding(read.region.bins, around.bins)
    if stride > 1:
        values = F.pad(read.values, (left, right, top, bottom))
        return F.conv2d(values, layer.weight, layer.bias, stride=stride)
    padding = (max(top, bottom), max(left, right))
    values = F.conv2d(read.values, layer.weight, layer.bias, padding=padding)
    time = slice(padding[0] - top, values.shape[2] - (padding[0] - bottom))
    bins = slice(padding[1] - left, values.shape[3] - (padding[1] - right))
    return values[:, :, time, bins]


def _convolve_winograd(layer: Convolution, read: Patch, around: Region) -> Tensor:
    """The same by Winograd's algorithm, which always pads both ends of mel with zeros."""
    assert layer.winograd_weight is not None
    left, right = _border_padding(read.region.bins, around.bins)
    padding = _border_padding(read.region.time, around.time)
    values = winograd.convolve(read.values, layer.winograd_weight, layer.bias, padding)
    return values[..., 1 - left : values.shape[3] - (1 - right)]


def _border_padding(region: Span, needed: Span) -> tuple[int, int]:
    return region.start - needed.start, needed.stop - region.stop


def _convert(value: "Tensor | Task", device: torch.device, dtype: torch.dtype) -> "Tensor | Task":
    """A converted weight or task; kernels are in the order that the device is fast in."""
    if isinstance(value, Task):
        return value.to(device, dtype)
    weight = value.detach().to(device, dtype)
    return (
        weight.contiguous(memory_format=convolution_format(device)) if weight.dim() == 4 else weight
    )
