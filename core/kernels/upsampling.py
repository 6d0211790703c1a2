"""Nearest upsampling by 2 and a 3x3 convolution in one, with a quarter of the multiplications.

Along one axis the two outputs of a position s are w0 x[s-1] + (w1 + w2) x[s] and
(w0 + w1) x[s] + w2 x[s+1]. Both are (w0 + w1 + w2) x[s] plus a tap times a difference of
neighbours. So three products suffice, where the upsampled input takes six; along both axes 9
instead of 36. The result is equal up to rounding.
"""

import itertools
from collections.abc import Iterator

import torch
from torch import Tensor
from torch.nn import functional as F

from core.runtime.compute_threads import share_between_threads

BLOCK_ELEMENTS = 1 << 19  # values of the input or output at once: they stay in the cache


def transposed_weight(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """The kernel of both steps as one transposed convolution, (O, I, 3, 3) -> (I, O, 4, 4).

    It needs a stride of 2 and a padding of 1, which double the size. It takes 16 multiplications
    per position, and is fastest on a GPU and in bfloat16 on a processor. Summed in at least
    float32, then rounded.
    """
    wide = weight.detach().to(torch.promote_types(weight.dtype, torch.float32))
    channels_out, channels_in = wide.shape[:2]
    ones = torch.ones(1, 1, 2, 2, dtype=wide.dtype, device=wide.device)
    # (O, I, 3, 3) -> (O * I, 1, 3, 3) -> (O, I, 4, 4)
    joint = F.conv2d(wide.reshape(-1, 1, 3, 3), ones, padding=1)
    joint = joint.view(channels_out, channels_in, 4, 4).transpose(0, 1).flip(2, 3)
    return joint.to(dtype).contiguous()


def product_weights(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """The nine kernels, (O, I, 3, 3) -> (3, 3, I, O), summed in at least float32, then rounded."""
    taps = weight.detach().to(torch.promote_types(dtype, torch.float32)).permute(2, 3, 1, 0)
    time = torch.stack([taps.sum(0), taps[0], -taps[2]])  # (3, 3, I, O)
    return torch.stack([time.sum(1), time[:, 0], time[:, 2]], dim=1).to(dtype)


def convolve_doubled(
    values: Tensor, kernels: Tensor, bias: Tensor | None, padding: tuple[int, int] = (1, 1)
) -> Tensor:
    """Upsample by 2 and convolve, with zeros beyond both ends of mel.

    Args:
        values: (B, I, T, F), channels-last.
        kernels: From `product_weights`.
        bias: (O,)
        padding: Frames of zeros before the first and after the last one, 0 or 1 each.

    Returns:
        (B, O, 2 * (T - 2 + padding), 2 * F), channels-last.
    """
    batch, channels, time, bins = values.shape
    channels_out, frames = kernels.shape[3], time - 2 + sum(padding)
    out = values.new_empty((batch, frames, 2, bins, 2, channels_out))
    rows = max(1, BLOCK_ELEMENTS // (max(channels, channels_out) * bins))
    source = values.permute(0, 2, 3, 1)  # (B, C, T, F) -> (B, T, F, C), as they lie in memory

    def convolve_blocks(blocks: Iterator[tuple[int, int]]) -> None:
        for sample, start in blocks:
            block = out[sample, start : start + rows]
            _convolve(source[sample], start - padding[0], kernels, bias, block)

    share_between_threads(
        list(itertools.product(range(batch), range(0, frames, rows))), convolve_blocks
    )
    return out.view(batch, 2 * frames, 2 * bins, channels_out).permute(0, 3, 1, 2)


def _convolve(
    source: Tensor, start: int, kernels: Tensor, bias: Tensor | None, out: Tensor
) -> None:
    """Compute `out` (t, 2, F, 2, O) from the frames of `source` (T, F, I) from `start` on."""
    frames, _, bins, _, channels_out = out.shape
    terms = _mel_differences(source, start, frames + 2)
    steps = (terms[:, :-1] - terms[:, 1:]).flatten(1, 2)  # (3, (t + 1) * F, I)
    common = torch.bmm(terms[:, 1:-1].flatten(1, 2), kernels[0])
    if bias is not None:
        common[0] += bias
    halves = steps[:, : frames * bins], steps[:, bins:]
    for half, (read, kernel) in enumerate(zip(halves, kernels[1:], strict=True)):
        outputs = torch.baddbmm(common, read, kernel).view(3, frames, bins, channels_out)
        torch.add(outputs[0], outputs[1], out=out[:, half, :, 0])
        torch.add(outputs[0], outputs[2], out=out[:, half, :, 1])


def _mel_differences(source: Tensor, start: int, frames: int) -> Tensor:
    """Values and their differences from both neighbours along mel, (T, F, C) -> (3, t, F, C).

    Beyond the source's borders there are zeros.
    """
    time, bins, channels = source.shape
    differences = source.new_empty((3, frames, bins, channels))
    inside = slice(max(0, -start), min(frames, time - start))
    differences[:, : inside.start] = 0
    differences[:, inside.stop :] = 0
    read = source[start + inside.start : start + inside.stop]
    centre, lower, upper = differences[:, inside]
    centre.copy_(read)
    torch.sub(read[:, :-1], read[:, 1:], out=lower[:, 1:])
    torch.neg(read[:, 0], out=lower[:, 0])
    torch.sub(read[:, 1:], read[:, :-1], out=upper[:, :-1])
    torch.neg(read[:, -1], out=upper[:, -1])
    return differences
