"""The tasks of a waveform autoencoder: convolutions along time and the Snake activation.

Activations are (B, C, T, 1), so that stages and patches serve them as they serve pictures. Weight
norm (Salimans and Kingma, 2016) is folded when a task is converted, once for a whole clip.
"""

from dataclasses import dataclass, replace
from typing import Self

import torch
from torch import Tensor
from torch.nn import functional as F

from core.api.region import Region, Span
from core.kernels import polynomial_convolution, strided_products
from core.kernels.polynomial_convolution import ACCURATE
from core.kernels.processor_speed import use_polynomials
from core.runtime.device import convolution_format
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.patch import Patch
from core.tiled_vae.graph.tasks import Layer
from core.tiled_vae.graph.time_reach import ConvolutionReach, TimeReach, TranspositionReach

SAME_PLACE = TimeReach()
MAX_POLYNOMIAL_WEIGHT = 1 << 22  # numbers; kernels of larger ones take more memory than they save


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snake(Layer):
    """x + amplitude sin²(frequency x), for each channel (Ziyin et al. 2020, arXiv 2006.08195).

    Attributes:
        frequency: (C, 1, 1)
        amplitude: (C, 1, 1)
    """

    frequency: Tensor
    amplitude: Tensor

    @property
    def reach(self) -> TimeReach:
        """Each value by itself."""
        return SAME_PLACE

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Apply it, into a tensor of its own: what it reads may be a residual."""
        read = patch.crop(wanted)
        values = (read.values * self.frequency).sin_()
        values.mul_(values)
        return read.with_values(torch.addcmul(read.values, values, self.amplitude, out=values))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeTask(Layer):
    """A layer with a receptive field along time of its own, which a plan counts with.

    Attributes:
        own_reach: Its receptive field.
    """

    own_reach: TimeReach

    @property
    def reach(self) -> TimeReach:
        """Its receptive field."""
        return self.own_reach

    @property
    def channels(self) -> tuple[int, int]:
        """Channels of its input and of its output."""
        raise TypeError(f"{type(self).__name__} has no channels")

    @property
    def inner_channels(self) -> int:
        """Numbers for each of its inputs that it holds beside them and its outputs."""
        return 0

    def kernel_numbers(self, dtype: torch.dtype) -> int:
        """How many numbers its weights hold beside the network's own, in a precision."""
        return sum(weight.numel() for weight in self.weights if weight.dtype != dtype)

    def scratch_numbers(self, dtype: torch.dtype) -> int:
        """How many numbers of its weights a library reorders for itself while it computes."""
        return 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TimeLayer(TimeTask):
    """A convolution along time, or its transpose, of a kernel with weight norm or without.

    Attributes:
        weight: The network's own kernel, or its direction where it has weight norm: (O, I, taps),
            transposed (I, O, taps).
        gain: The length that weight norm gives each kernel of the first axis, (n, 1, 1).
        bias: (O,)
        kernels: The kernel in the form that is computed with; made on conversion.
        scale: What makes up for a gain that is not in the kernels, (n,); made on conversion.
        float32_output: Whether it computes in float32 where other tasks use half precision.
    """

    weight: Tensor
    gain: Tensor | None
    bias: Tensor | None
    kernels: Tensor | None = None
    scale: Tensor | None = None
    float32_output: bool = False

    @property
    def channels(self) -> tuple[int, int]:
        """Channels of its input and of its output."""
        return self.weight.shape[1], self.weight.shape[0]

    def kernel_numbers(self, dtype: torch.dtype) -> int:
        """How many numbers the kernels hold beside the network's own, in a precision."""
        return self.weight.numel()

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its kernels on a device, in a precision; rounded once, at the end."""
        dtype = self._compute_dtype(dtype)
        weight = self.weight.detach().to(device)
        bias = None if self.bias is None else self.bias.detach().to(device, dtype)
        kernels, scale = self._make_kernels(weight, dtype)
        return replace(self, bias=bias, kernels=kernels, scale=scale)

    def run(self, patch: Patch, wanted: Region) -> Patch:
        """Convolve, with zeros beyond the true border only."""
        needed = self._inputs_of(wanted.time)
        read = patch.crop(Region(needed.intersect(patch.region.time), wanted.bins))
        values = read.values.to(self._compute_dtype(read.values.dtype))
        missing = read.region.time.start - needed.start, needed.stop - read.region.time.stop
        values = self._convolve(values, missing, wanted.time)
        return Patch(values, wanted, self.reach.resize(patch.extent))

    def _inputs_of(self, outputs: Span) -> Span:
        """The inputs that the arithmetic reads: zeros, where they are not the outputs' own."""
        return self.reach.inputs_of(outputs)

    def _make_kernels(self, weight: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
        raise TypeError(f"{type(self).__name__} has no kernels")

    def _convolve(self, values: Tensor, missing: tuple[int, int], outputs: Span) -> Tensor:
        """Convolve (B, I, T, 1) with so many zeros missing at either end: (B, O, outputs, 1)."""
        raise TypeError(f"{type(self).__name__} has no arithmetic")

    def _folded(self, weight: Tensor) -> Tensor:
        """The kernel with its weight norm, in float32 or wider."""
        wide = weight.to(at_least_float32(weight.dtype))
        ratios = self._ratios(weight)
        return wide if ratios is None else wide * ratios[:, None, None]

    def _ratios(self, weight: Tensor) -> Tensor | None:
        """What weight norm multiplies each kernel by, (n,); None without weight norm."""
        if self.gain is None:
            return None
        wide = at_least_float32(weight.dtype)
        norms = torch.linalg.vector_norm(weight, dim=(1, 2), dtype=wide)
        ratios: Tensor = self.gain.detach().to(weight.device, wide).flatten() / norms
        return ratios

    def _compute_dtype(self, dtype: torch.dtype) -> torch.dtype:
        return at_least_float32(dtype) if self.float32_output else dtype


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DilatedConvolution(TimeLayer):
    """A convolution that keeps the length, with or without dilation.

    Attributes:
        is_polynomial: Whether its kernels are those of `polynomial_convolution`.
    """

    is_polynomial: bool = False

    def kernel_numbers(self, dtype: torch.dtype) -> int:
        """How many numbers the kernels hold beside the network's own, in a precision."""
        if not self._use_polynomials(self.weight.device, dtype):
            return self.weight.numel()
        taps = self.reach.taps
        products = len(polynomial_convolution.point_transforms(taps, ACCURATE).of_taps)
        return self.weight.numel() // taps * products

    def scratch_numbers(self, dtype: torch.dtype) -> int:
        """Those of a convolution that is none of our own products."""
        is_ours = self.reach.taps == 1 or self._use_polynomials(self.weight.device, dtype)
        return 0 if is_ours else self.weight.numel()

    def to(self, device: torch.device, dtype: torch.dtype) -> Self:
        """The same task with its kernels on a device, in a precision."""
        chosen = replace(self, is_polynomial=self._use_polynomials(device, dtype))
        return TimeLayer.to(chosen, device, dtype)

    def _use_polynomials(self, device: torch.device, dtype: torch.dtype) -> bool:
        like = torch.empty((), device=device, dtype=self._compute_dtype(dtype))
        is_small = self.weight.numel() < MAX_POLYNOMIAL_WEIGHT
        return is_small and use_polynomials(like.expand(self.weight.shape))

    def _make_kernels(self, weight: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
        folded = self._folded(weight)
        if self.is_polynomial:
            return polynomial_convolution.polynomial_weight(folded, dtype, ACCURATE), None
        if self.reach.taps == 1:
            return folded[:, :, 0].to(dtype), None
        kernels = folded.to(dtype).unsqueeze(3)
        return kernels.contiguous(memory_format=convolution_format(weight.device)), None

    def _convolve(self, values: Tensor, missing: tuple[int, int], outputs: Span) -> Tensor:
        assert self.kernels is not None
        if self.reach.taps == 1:
            rows = _to_rows(values, missing)
            return _from_rows([F.linear(row, self.kernels, self.bias) for row in rows])
        taps, dilation = self.reach.taps, self.reach.dilation
        if not self.is_polynomial:
            padded = F.pad(values, (0, 0, *missing)) if any(missing) else values
            padded = padded.contiguous(memory_format=convolution_format(padded.device))
            return F.conv2d(padded, self.kernels, self.bias, dilation=(dilation, 1))
        bias = values.new_zeros(self.channels[1]) if self.bias is None else self.bias
        return _from_rows(
            [
                polynomial_convolution.convolve(
                    row, self.kernels, bias, taps, dilation, points=ACCURATE
                )
                for row in _to_rows(values, missing)
            ]
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StridedLayer(TimeLayer):
    """A convolution with a stride, or its transpose, by matrix products."""

    def kernel_numbers(self, dtype: torch.dtype) -> int:
        """How many numbers the kernels hold beside the network's own, in a precision."""
        is_read_in_place = self._is_large and dtype == self.weight.dtype
        return 0 if is_read_in_place else self.weight.numel()

    def _make_kernels(self, weight: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor | None]:
        if not self._is_large:
            return self._ordered(self._folded(weight)).to(dtype), None
        ratios = self._ratios(weight)
        return weight.to(dtype), None if ratios is None else ratios.to(dtype)

    def _ordered(self, weight: Tensor) -> Tensor:
        raise TypeError(f"{type(self).__name__} has no products")

    @property
    def _is_large(self) -> bool:
        return strided_products.is_large(self.weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DownsamplingConvolution(StridedLayer):
    """A convolution with a stride."""

    def _ordered(self, weight: Tensor) -> Tensor:
        return strided_products.downsampling_kernels(weight, self.reach.stride)

    def _inputs_of(self, outputs: Span) -> Span:
        """The inputs in whole strides."""
        read, stride = self.reach.inputs_of(outputs), self.reach.stride
        return Span(read.start, read.start + -(-read.length // stride) * stride)

    def _convolve(self, values: Tensor, missing: tuple[int, int], outputs: Span) -> Tensor:
        assert self.kernels is not None
        stride, count = self.reach.stride, outputs.length
        rows = _to_rows(values, missing)
        if not self._is_large:
            downsample = strided_products.downsample
            return _from_rows([downsample(row, self.kernels, self.bias, count) for row in rows])
        convolved = _from_rows(
            [strided_products.downsample_in_place(row, self.kernels, stride, count) for row in rows]
        )
        if self.scale is not None:
            convolved.mul_(self.scale[:, None, None])
        return convolved if self.bias is None else convolved.add_(self.bias[:, None, None])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UpsamplingConvolution(StridedLayer):
    """A transposed convolution."""

    @property
    def channels(self) -> tuple[int, int]:
        """Channels of its input and of its output."""
        return self.weight.shape[0], self.weight.shape[1]

    def _ordered(self, weight: Tensor) -> Tensor:
        return strided_products.upsampling_kernels(weight, self.reach.stride)

    def _inputs_of(self, outputs: Span) -> Span:
        """The inputs of the strides of output that `outputs` touches."""
        rows = self._output_rows(outputs)
        return Span(rows.start - -(-self.reach.taps // self.reach.stride) + 1, rows.stop)

    def _convolve(self, values: Tensor, missing: tuple[int, int], outputs: Span) -> Tensor:
        assert self.kernels is not None
        stride = self.reach.stride
        if self.scale is not None:
            values = values * self.scale[:, None, None]
        upsample = (
            strided_products.upsample_in_place if self._is_large else strided_products.upsample
        )
        convolved = _from_rows(
            [upsample(row, self.kernels, self.bias, stride) for row in _to_rows(values, missing)]
        )
        first = self._output_rows(outputs).start * stride - self.reach.padding
        return convolved[:, :, outputs.shift(-first).slice]

    def _output_rows(self, outputs: Span) -> Span:
        """Outputs from the padding on, in whole strides, that cover a span."""
        stride, padding = self.reach.stride, self.reach.padding
        return Span((outputs.start + padding) // stride, -(-(outputs.stop + padding) // stride))


def convolution_reach(
    taps: int, *, stride: int = 1, dilation: int = 1, padding: int
) -> ConvolutionReach:
    """The receptive field of a convolution."""
    return ConvolutionReach(
        taps=taps, stride=stride, dilation=dilation, padding=padding, down=stride
    )


def transposition_reach(taps: int, *, stride: int, padding: int) -> TranspositionReach:
    """The receptive field of a transposed convolution."""
    return TranspositionReach(taps=taps, stride=stride, padding=padding, up=stride)


def to_tokens(values: Tensor) -> Tensor:
    """(B, C, T, 1) to (B, T, C)."""
    return values[..., 0].transpose(1, 2)


def from_tokens(tokens: Tensor) -> Tensor:
    """(B, T, C) to (B, C, T, 1)."""
    return tokens.unsqueeze(2).permute(0, 3, 1, 2)  # channels last also to torch's own test


def _to_rows(values: Tensor, missing: tuple[int, int]) -> list[Tensor]:
    """(B, C, T, 1) to one (T, C) for each sample of the batch, with zeros at either end."""
    rows = to_tokens(values)
    if any(missing):
        rows = F.pad(rows, (0, 0, *missing))
    return list(rows.contiguous().unbind())


def _from_rows(rows: list[Tensor]) -> Tensor:
    """One (T, C) for each sample of the batch to (B, C, T, 1)."""
    return from_tokens(rows[0][None] if len(rows) == 1 else torch.stack(rows))
