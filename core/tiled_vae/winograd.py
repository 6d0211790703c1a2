"""A 3x3 convolution with half the multiplications: Winograd's F(4, 3) along time.

Four frames of output need three taps each, twelve multiplications. Seen as products of
polynomials, they follow from the values at six points, six multiplications; getting there and back
takes additions only (Winograd, "Arithmetic Complexity of Computations", 1980; Lavin and Gray,
"Fast Algorithms for Convolutional Neural Networks", 2016). Along mel each of the six is a plain
convolution of width 3. Equal to the direct convolution up to rounding: the points 0, +-2/3, +-3/2
and infinity, reciprocal to each other, were measured to double its rounding error, where the
usual 0, +-1, +-2 multiply it by five.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

SMALL, LARGE = 2 / 3, 3 / 2  # the points; their product is 1, which the formulas below rely on
HOP = 4  # frames of output made together
MIN_CHANNELS = 256  # with fewer, the additions outweigh what is saved
BLOCK_ELEMENTS = 1 << 21  # what is transformed at once: six quarters of it are held


def pays(weight: Tensor, device: torch.device, dtype: torch.dtype) -> bool:
    """Whether it is faster than the direct convolution: measured on processors, in float32."""
    wide = min(weight.shape[:2]) >= MIN_CHANNELS
    return wide and device.type == "cpu" and dtype == torch.float32


def transformed(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """The kernels at the six points, (O, I, 3, 3) -> (6, O, I, 1, 3), computed before rounding."""
    points = [0.0, SMALL, -SMALL, LARGE, -LARGE]
    rows = [[1.0, point, point**2] for point in points] + [[0.0, 0.0, 1.0]]
    spread = LARGE**2 - SMALL**2
    scales = [1.0] + [-2 * SMALL**2 * spread] * 2 + [2 * LARGE**2 * spread] * 2 + [1.0]
    # (O, I, 3, 3) -> three times (O, 1, 3, I), channels innermost
    taps = [tap[:, None].contiguous() for tap in weight.permute(2, 0, 3, 1)]
    kernels = [
        sum(tap * (factor / scale) for tap, factor in zip(taps, row, strict=True) if factor)
        for row, scale in zip(rows, scales, strict=True)
    ]
    return torch.stack([kernel.to(dtype) for kernel in kernels]).permute(0, 1, 4, 2, 3)


def convolve(values: Tensor, kernels: Tensor, bias: Tensor | None, bins_padding: int) -> Tensor:
    """Convolve without padding along time, and with zeros beyond both ends of mel.

    Args:
        values: (B, I, T + 2, F), channels-last.
        kernels: From `transformed`.
        bias: (O,)
        bins_padding: Zeros at either end of mel, 0 or 1.

    Returns:
        (B, O, T, F - 2 + 2 * bins_padding)
    """
    batch, channels, time, bins = values.shape
    spare = -(time - 2) % HOP
    if spare:
        values = F.pad(values, (0, 0, 0, spare))
    out = values.new_empty((batch, kernels.shape[1], time - 2 + spare, bins - 2 + 2 * bins_padding))
    out = out.to(memory_format=torch.channels_last)
    rows = max(1, BLOCK_ELEMENTS // (batch * channels * bins * HOP)) * HOP
    for start in range(0, time - 2, rows):
        block = out[:, :, start : start + rows]
        points = _at_points(values[:, :, start : start + block.shape[2] + 2])
        pairs = zip(points, kernels, strict=True)
        _combine([F.conv2d(x, kernel, padding=(0, bins_padding)) for x, kernel in pairs], block)
        if bias is not None:
            block.add_(bias[:, None, None])
    return out[:, :, : time - 2]


def _at_points(values: Tensor) -> list[Tensor]:
    """Six frames at a time, as polynomials, at the six points: (B, C, 4 n + 2, F) -> n frames."""
    count = values.shape[2] // HOP
    x = [values[:, :, i : i + HOP * count - HOP + 1 : HOP] for i in range(6)]
    total = SMALL**2 + LARGE**2
    even_small, odd_small = _minus(x[4], LARGE**2, x[2]), _minus(x[3], LARGE**2, x[1])
    even_large, odd_large = _minus(x[4], SMALL**2, x[2]), _minus(x[3], SMALL**2, x[1])
    return [
        _minus(x[4], total, x[2]).add_(x[0]),
        torch.add(even_small, odd_small, alpha=SMALL),
        even_small.sub_(odd_small, alpha=SMALL),
        torch.add(even_large, odd_large, alpha=LARGE),
        even_large.sub_(odd_large, alpha=LARGE),
        _minus(x[5], total, x[3]).add_(x[1]),
    ]


def _combine(products: list[Tensor], out: Tensor) -> None:
    """Back from the points to four frames each, written into `out`; the products are used up."""
    zero, small, minus_small, large, minus_large, infinity = products
    even_small, odd_small = small + minus_small, small.sub_(minus_small)
    even_large, odd_large = large + minus_large, large.sub_(minus_large)
    frames = [out[:, :, i::HOP] for i in range(HOP)]
    torch.add(zero.add_(even_small), even_large, out=frames[0])
    torch.mul(odd_small, SMALL, out=frames[1]).add_(odd_large, alpha=LARGE)
    torch.mul(even_small, SMALL**2, out=frames[2]).add_(even_large, alpha=LARGE**2)
    infinity.add_(odd_small, alpha=SMALL**3)
    torch.add(infinity, odd_large, alpha=LARGE**3, out=frames[3])


def _minus(values: Tensor, factor: float, others: Tensor) -> Tensor:
    return torch.sub(values, others, alpha=factor)
