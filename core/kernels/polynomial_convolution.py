"""A convolution along time with a third of the multiplications, by polynomials at some points.

Six outputs of eleven taps follow from the values of two polynomials at sixteen points. A real point
takes one multiplication. Two conjugate complex points take three together (Gauss), because values
and taps are real. That makes twenty, where the direct convolution takes 66 (Winograd, "Arithmetic
Complexity of Computations", 1980). All of them are in matrix products. Points on the unit circle
keep the rounding error small: in float32 4e-7 of the deviation for eleven taps, 6e-7 for seven and
1e-6 for three, whose points are all real (the direct convolution's is 1e-7 to 3e-7).
"""

import math
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from core.runtime.compute_threads import share_between_threads

MIN_TAPS = 3
BLOCK_ELEMENTS = 1 << 18  # values of the input or output at once: they stay in the cache


class Points(NamedTuple):
    """Where the polynomials are evaluated.

    Attributes:
        hop: Outputs computed together; an even number.
        real: The finite real points, an odd number of them: infinity is one as well. All others
            are pairs on the unit circle.
    """

    hop: int
    real: tuple[float, ...]


FEW = Points(6, (0, 1, -1, 2 / 3, -2 / 3, 3 / 2, -3 / 2))
"""Kernels of twice the weight for seven taps."""
ACCURATE = Points(10, (0, 1, -1))
"""Kernels of three times the weight for seven taps, with three fifths of the error in float32."""


class PointTransforms(NamedTuple):
    """Matrices, in float64, to the values of polynomials at some points and back.

    Attributes:
        of_taps: (products, taps)
        of_values: (products, outputs + taps - 1)
        to_outputs: (outputs, products)
    """

    of_taps: Tensor
    of_values: Tensor
    to_outputs: Tensor


@cache
def point_transforms(taps: int, points: Points = FEW) -> PointTransforms:
    """Matrices for an odd number of taps, 3 or more.

    Outputs are the transpose of a product of polynomials (the transposition principle), so the
    matrix to outputs is an evaluation and the matrix of values an interpolation.
    """
    size = points.hop + taps - 1
    real = torch.tensor(points.real, dtype=torch.complex128)
    num_real, pairs = len(real) + 1, (size - len(real) - 1) // 2
    angles = torch.arange(1, pairs + 1, dtype=torch.float64) * (math.pi / (pairs + 1))
    circle = torch.polar(torch.ones_like(angles), angles)

    def powers(count: int) -> Tensor:
        at_infinity = torch.eye(count, dtype=torch.complex128)[-1:]  # the last term is the value
        finite = (torch.linalg.vander(some, N=count) for some in (real, circle))
        return torch.cat([next(finite), at_infinity, *finite])

    conjugates = torch.linalg.vander(circle.conj(), N=size)
    of_values = torch.linalg.inv(torch.cat([powers(size), conjugates])).T[: num_real + pairs]
    largest = of_values.abs().amax(1, keepdim=True)  # scaled to 1: kernels and values are alike
    of_values, of_taps, to_outputs = of_values / largest, powers(taps) * largest, powers(points.hop)
    values, kernels, outputs = (
        torch.view_as_real(matrix[num_real:]).unbind(2)
        for matrix in (of_values, of_taps, 2 * to_outputs)
    )
    # (a + ib)(c + id): its real part is (a + b) c - b (c + d), the imaginary (a + b) c + a (d - c)
    (a, b), (c, d), (real_part, imaginary) = values, kernels, outputs
    return PointTransforms(
        torch.cat([of_taps[:num_real].real, c, d - c, c + d]),
        torch.cat([of_values[:num_real].real, a + b, a, b]),
        torch.cat([to_outputs[:num_real].real, real_part - imaginary, -imaginary, -real_part]).T,
    )


def polynomial_weight(weight: Tensor, dtype: torch.dtype, points: Points = FEW) -> Tensor:
    """The kernels of all products; computed in at least float32, then rounded.

    Args:
        weight: (O, I, taps), with an odd number of taps.
        dtype: Of the kernels.
        points: The same as for `convolve`.

    Returns:
        (products, I, O): with few points 1.8 times the memory of the weight for eleven taps, 2 for
        seven, 2.7 for three.
    """
    channels_out, channels_in, taps = weight.shape
    wide = weight.detach().to(torch.promote_types(dtype, torch.float32)).permute(2, 1, 0)
    kernels = point_transforms(taps, points).of_taps.to(wide) @ wide.reshape(taps, -1)
    return kernels.to(dtype).view(-1, channels_in, channels_out)


def convolve(
    values: Tensor,
    kernels: Tensor,
    bias: Tensor,
    taps: int,
    dilation: int = 1,
    *,
    points: Points = FEW,
) -> Tensor:
    """Convolve without padding, in blocks of time.

    Args:
        values: (T, I), contiguous.
        kernels: From `polynomial_weight`.
        bias: (O,)
        taps: Of the weight.
        dilation: Distance between its taps.
        points: The same as for `polynomial_weight`.

    Returns:
        (T - (taps - 1) dilation, O)
    """
    channels, channels_out = kernels.shape[1:]
    stride, widest = points.hop * dilation, max(channels, channels_out)
    frames = len(values) - (taps - 1) * dilation
    hops = -(-frames // stride)
    elements = max(BLOCK_ELEMENTS, 4 * widest**2)  # large kernels have to be worth reading
    hops_at_once = min(hops, max(1, elements // (widest * stride)))
    out = values.new_empty((hops * stride, channels_out))
    transforms = point_transforms(taps, points)

    def convolve_blocks(firsts: Iterator[int]) -> None:
        for first in firsts:
            block = out[first * stride : (first + hops_at_once) * stride]
            needed = len(block) + (taps - 1) * dilation
            read = values[first * stride : first * stride + needed]
            read = F.pad(read, (0, 0, 0, needed - len(read))) if len(read) < needed else read
            block.copy_(bias.expand_as(block))
            _add_convolved(read, kernels, transforms, dilation, out=block)

    share_between_threads(range(0, hops, hops_at_once), convolve_blocks)
    return out[:frames]


def _add_convolved(
    read: Tensor, kernels: Tensor, transforms: PointTransforms, dilation: int, *, out: Tensor
) -> None:
    """Add to `out` (hops hop dilation, O) the convolution of `read`, which has all it needs.

    Values `dilation` apart make a sequence of their own. These sequences lie beside each other in
    a row of as many values as channels x dilation.
    """
    num, channels, channels_out = kernels.shape
    hop, size = len(transforms.to_outputs), transforms.of_values.shape[1]
    hops = len(out) // (hop * dilation)
    windows = read.reshape(-1, dilation * channels).unfold(0, size, hop).transpose(1, 2)
    at_points = read.new_empty((num, hops, dilation * channels))
    of_values = transforms.of_values.to(read).expand(hops, -1, -1)
    torch.bmm(of_values, windows, out=at_points.transpose(0, 1))
    products = torch.bmm(at_points.view(num, hops * dilation, channels), kernels)
    to_outputs = transforms.to_outputs.to(read).expand(hops, -1, -1)
    out.view(hops, hop, dilation * channels_out).baddbmm_(
        to_outputs, products.view(num, hops, dilation * channels_out).transpose(0, 1)
    )
