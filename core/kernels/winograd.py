"""A 3x3 convolution with a quarter of the multiplications: Winograd's F(4, 3) x F(4, 3).

Four frames of output need three taps each, twelve multiplications. As products of polynomials they
follow from the values at six points, six multiplications; the way there and back takes additions
only (Winograd, "Arithmetic Complexity of Computations", 1980; Lavin and Gray, "Fast Algorithms for
Convolutional Neural Networks", 2016). The same holds along mel. So 16 outputs take 36
multiplications, where the direct convolution takes 144, and all of them are in matrix products.
Where memory counts more, two bins at a time follow from four points: a third of the
multiplications, and kernels of two thirds the size. The result is equal up to rounding, which was
measured to be as large as the direct convolution's. Six frames at once would take 3 to 9% less time
with three times the rounding.
"""

import itertools
import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from core.kernels.kernels_of_weight import KernelsOfWeight
from core.runtime.compute_threads import share_between_threads

HOP = 4  # frames of output computed together
FEW_BINS, MANY_BINS = 2, 4  # bins of output computed together, with small kernels or large ones
BLOCK_ELEMENTS = 1 << 19  # values of the input or output at once: they stay in the cache
WIDEST_SHARED = 256  # channels of blocks shared out to threads, each of which reads all kernels
FEW_THREADS = 4  # for which blocks become smaller: below a quarter they would be too small


class WinogradTransforms(NamedTuple):
    """Matrices, in float64, to the values of polynomials at some points and back.

    Attributes:
        of_taps: (points, 3)
        of_values: (points, outputs + 2)
        to_outputs: (outputs, points)
    """

    of_taps: Tensor
    of_values: Tensor
    to_outputs: Tensor

    @classmethod
    def make(cls, finite: Sequence[float], outputs: int) -> "WinogradTransforms":
        """Matrices for these points and infinity, where a polynomial's value is its last term.

        Outputs are the transpose of a product of polynomials (the transposition principle), so
        the matrix to outputs is an evaluation and the matrix of values an interpolation.
        """

        def powers(count: int) -> Tensor:
            infinity = [0.0] * (count - 1) + [1.0]
            rows = [[point**power for power in range(count)] for point in finite]
            return torch.tensor([*rows, infinity], dtype=torch.float64)

        of_values = torch.linalg.inv(powers(outputs + 2)).T
        # scaled so that the last number of each row is 1, which keeps kernels and values alike
        last = torch.tensor([row[row.abs() > 1e-9][-1] for row in of_values]).unsqueeze(1)
        return cls(powers(3) * last, of_values / last, powers(outputs).T)


# reciprocal points have a third of the rounding error of the usual 0, +-1, +-2
NEAR, FAR = 2 / 3, 3 / 2
TIME = WinogradTransforms.make([0, NEAR, -NEAR, FAR, -FAR], outputs=HOP)
MEL = {FEW_BINS: WinogradTransforms.make([0, 1, -1], outputs=FEW_BINS), MANY_BINS: TIME}


def winograd_weight(weight: Tensor, dtype: torch.dtype, bins: int = MANY_BINS) -> Tensor:
    """The kernels at the points; computed in at least float32, then rounded.

    Args:
        weight: (O, I, 3, 3)
        dtype: Of the kernels.
        bins: Bins of output computed together: `FEW_BINS` or `MANY_BINS`.

    Returns:
        (6, bins + 2, I, O)
    """
    channels_out, channels_in = weight.shape[:2]
    taps = weight.detach().to(torch.promote_types(dtype, torch.float32))
    # (O, I, 3, 3) -> (I * 9, O) -> (9, I * O): whole rows are copied the second time
    taps = taps.reshape(channels_out, -1).T.contiguous().view(channels_in, 9, channels_out)
    taps = taps.transpose(0, 1).reshape(9, -1)
    kernels = torch.kron(TIME.of_taps, MEL[bins].of_taps).to(taps) @ taps
    return kernels.to(dtype).view(6, bins + 2, channels_in, channels_out)


def convolve(
    values: Tensor, kernels: Tensor, bias: Tensor | None, padding: tuple[int, int] = (1, 1)
) -> Tensor:
    """Convolve, with zeros beyond both ends of mel.

    Args:
        values: (B, I, T, F), channels-last.
        kernels: From `winograd_weight`.
        bias: (O,)
        padding: Frames of zeros before the first and after the last one, 0 or 1 each.

    Returns:
        (B, O, T - 2 + padding, F), channels-last.
    """
    batch, channels, time, bins = values.shape
    step = kernels.shape[1] - 2
    if missing := -bins % step:
        return convolve(F.pad(values, (0, missing)), kernels, bias, padding)[..., :bins]
    frames, channels_out = time - 2 + sum(padding), kernels.shape[3]
    bias = values.new_zeros(channels_out) if bias is None else bias
    out = values.new_empty((batch, frames, bins, channels_out))
    source = values.permute(0, 2, 3, 1)  # (B, C, T, F) -> (B, T, F, C), as they lie in memory
    widest = max(channels, channels_out)
    threads = torch.get_num_threads() if widest <= WIDEST_SHARED else 1
    elements = BLOCK_ELEMENTS // min(threads, FEW_THREADS)  # what they hold together stays small
    elements = max(elements, 4 * widest**2)  # large kernels have to be worth reading
    rows = max(1, elements // (widest * bins * HOP)) * HOP
    samples = min(batch, max(1, rows // frames))
    points = 6 * kernels.shape[1]
    size = points * samples * (min(rows, frames) // HOP + 1) * (bins // step) * widest

    def convolve_blocks(blocks: Iterator[tuple[int, int]]) -> None:
        scratch = values.new_empty(size), values.new_empty(size)
        for sample, start in blocks:
            chosen = slice(sample, sample + samples)
            block = out[chosen, start : start + rows]
            _convolve(source[chosen], start - padding[0], kernels, bias, out=block, scratch=scratch)

    blocks = list(itertools.product(range(0, batch, samples), range(0, frames, rows)))
    if threads > 1:
        share_between_threads(blocks, convolve_blocks)
    else:
        convolve_blocks(iter(blocks))
    return out.permute(0, 3, 1, 2)


def _convolve(
    source: Tensor,
    start: int,
    kernels: Tensor,
    bias: Tensor,
    *,
    out: Tensor,
    scratch: Sequence[Tensor],
) -> None:
    """Compute `out` (b, t, F, O) from the frames of `source` (b, T, F, I) from `start` on.

    Intermediate values alternate between the two tensors of `scratch`, and each step overwrites
    what it read: new memory would cost more than the additions.
    """
    samples, frames, bins, channels_out = out.shape
    mel_points = kernels.shape[1]
    channels, columns, hops = source.shape[3], bins // (mel_points - 2), -(-frames // HOP)
    one, other = scratch
    timed = _view_of(one, samples, hops, 6, bins * channels)
    for read, wanted in zip(_padded_frames(source, start, hops * HOP + 2), timed, strict=True):
        windows = read.flatten(1).unfold(0, 6, HOP).transpose(1, 2)  # (hops, 6, F * I)
        torch.bmm(_batched(TIME.of_values, windows), windows, out=wanted)
    at_points, from_points = _MEL_STEPS[mel_points - 2]
    points = _view_of(other, 6, mel_points, samples * hops, columns, channels)
    at_points(timed.view(samples * hops, 6, bins, channels).transpose(0, 1), points.unbind(1))
    products = _view_of(one, 6 * mel_points, samples * hops * columns, channels_out)
    torch.bmm(points.view(6 * mel_points, -1, channels), kernels.flatten(0, 1), out=products)
    products = products.view(6, mel_points * samples * hops, columns * channels_out)
    outputs = _view_of(other, mel_points * samples * hops, HOP, columns * channels_out)
    torch.bmm(_batched(TIME.to_outputs, outputs), products.transpose(0, 1), out=outputs)
    outputs = outputs.view(mel_points, samples, hops * HOP, columns, channels_out)[:, :, :frames]
    from_points(outputs, bias, out)


def _padded_frames(source: Tensor, start: int, frames: int) -> Tensor:
    """Frames from `start` on, (b, T, F, C) -> (b, frames, F, C), with zeros beyond both ends."""
    time = source.shape[1]
    before, after = max(0, -start), max(0, start + frames - time)
    read = source[:, max(0, start) : start + frames]
    return F.pad(read, (0, 0, 0, 0, before, after)) if before or after else read


def _view_of(scratch: Tensor, *shape: int) -> Tensor:
    return scratch[: math.prod(shape)].view(shape)


def _batched(matrix: Tensor, like: Tensor) -> Tensor:
    return matrix.to(like).expand(len(like), -1, -1)


def _two_bins_at_points(values: Tensor, points: Sequence[Tensor]) -> None:
    """Two bins at a time at four points: (6, n, F, C) into four times (6, n, F / 2, C)."""
    even, odd = values[:, :, 0::2], values[:, :, 1::2]
    zero, plus, minus, infinity = points
    torch.sub(odd[:, :, 1:], odd[:, :, :-1], out=zero[:, :, 1:])
    zero[:, :, 0] = odd[:, :, 0]
    torch.add(odd, even, out=plus)
    torch.sub(odd, even, out=minus)
    torch.sub(even[:, :, 1:], even[:, :, :-1], out=infinity[:, :, :-1])
    torch.neg(even[:, :, -1], out=infinity[:, :, -1])


def _two_bins_from_points(points: Tensor, bias: Tensor, out: Tensor) -> None:
    """Back to two bins each, with the bias: (4, b, t, F / 2, O) into (b, t, F, O)."""
    zero, plus, minus, infinity = points
    plus += bias
    torch.add(plus, minus, out=out[:, :, 0::2]).add_(zero)
    torch.sub(plus, minus, out=out[:, :, 1::2]).add_(infinity)


def _four_bins_at_points(values: Tensor, points: Sequence[Tensor]) -> None:
    """Four bins at a time at six points: (6, n, F, C) into six times (6, n, F / 4, C).

    `TIME.of_values`, with the parts that a point and its negative share computed once.
    """
    first, second, third, fourth = (values[:, :, index::4] for index in range(4))
    zero, near, minus_near, far, minus_far, infinity = points
    around = NEAR**2 + FAR**2
    torch.sub(fourth, second, alpha=around, out=zero)[:, :, 1:].add_(fourth[:, :, :-1])
    torch.sub(first, third, alpha=around, out=infinity)[:, :, :-1].add_(first[:, :, 1:])
    pairs = (NEAR, FAR, near, minus_near), (FAR, NEAR, far, minus_far)
    for point, other, plus, minus in pairs:
        torch.sub(fourth, second, alpha=other**2, out=plus)
        torch.sub(third, first, alpha=other**2, out=minus)
        plus.add_(minus, alpha=point)
        torch.sub(plus, minus, alpha=2 * point, out=minus)


def _four_bins_from_points(points: Tensor, bias: Tensor, out: Tensor) -> None:
    """Back to four bins each, with the bias: (6, b, t, F / 4, O) into (b, t, F, O)."""
    zero, near, minus_near, far, minus_far, infinity = points
    sums, differences = (near, far), (minus_near, minus_far)
    for total, difference in zip(sums, differences, strict=True):
        total.add_(difference)
        torch.sub(total, difference, alpha=2, out=difference)
    first, second, third, fourth = (out[:, :, index::4] for index in range(4))
    zero += bias
    infinity += bias
    torch.add(near, far, out=first).add_(zero)
    torch.add(bias, minus_near, alpha=NEAR, out=second).add_(minus_far, alpha=FAR)
    torch.add(bias, near, alpha=NEAR**2, out=third).add_(far, alpha=FAR**2)
    torch.add(infinity, minus_near, alpha=NEAR**3, out=fourth).add_(minus_far, alpha=FAR**3)


_MEL_STEPS = {
    FEW_BINS: (_two_bins_at_points, _two_bins_from_points),
    MANY_BINS: (_four_bins_at_points, _four_bins_from_points),
}


class WinogradConvolution(nn.Conv2d):
    """A 3x3 convolution that keeps the size, with a third of the multiplications or a quarter.

    Its transformed kernels take 2.7 times the memory of its weights, or four times.
    """

    kernels: KernelsOfWeight

    @classmethod
    def of(cls, layer: nn.Conv2d, bins: int = FEW_BINS) -> Self:
        """The same convolution, with the layer's own weights and bias.

        Args:
            layer: The convolution.
            bins: Bins of output computed together: `FEW_BINS` or `MANY_BINS`.
        """
        with torch.device("meta"):  # allocates no weights: they come from the layer
            converted = cls(layer.in_channels, layer.out_channels, kernel_size=3, padding=1)
        converted.weight, converted.bias = layer.weight, layer.bias
        converted.kernels = KernelsOfWeight(partial(winograd_weight, bins=bins))
        return converted.train(layer.training)

    def forward(self, picture: Tensor) -> Tensor:
        """Convolve (B, C, T, F) -> (B, O, T, F)."""
        kernels: Tensor = self.kernels(self.weight)
        return convolve(picture, kernels, self.bias)
