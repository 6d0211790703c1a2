"""Strided and transposed convolutions along time as matrix products, with channels innermost.

torch's own take up to four times as long for the many channels and few frames of a waveform
autoencoder, and oneDNN copies the weights in each call. Small weights are brought into the order
of the products once. Large ones are read where they lie, so that they take no memory a second time.
"""

import torch
from torch import Tensor
from torch.nn import functional as F

LARGE_WEIGHT = 1 << 21  # numbers from which a weight is read where it lies


def is_large(weight: Tensor) -> bool:
    """Whether a weight is used as it is, not in an order of its own."""
    return weight.numel() >= LARGE_WEIGHT


def downsampling_kernels(weight: Tensor, stride: int) -> Tensor:
    """The kernels of `downsample`.

    Args:
        weight: (O, I, taps)
        stride: Inputs from one output to the next.

    Returns:
        (blocks, stride I, O), a block for each `stride` taps; zeros where taps are missing.
    """
    channels_out, channels_in, taps = weight.shape
    blocks = -(-taps // stride)
    padded = F.pad(weight, (0, blocks * stride - taps))
    # (O, I, blocks stride) -> (blocks stride, I, O) -> (blocks, stride I, O)
    return padded.permute(2, 1, 0).reshape(blocks, stride * channels_in, channels_out)


def downsample(values: Tensor, kernels: Tensor, bias: Tensor | None, num_outputs: int) -> Tensor:
    """A strided convolution without padding.

    Args:
        values: (T, I), contiguous, of at least (num_outputs + blocks - 1) stride inputs.
        kernels: From `downsampling_kernels`.
        bias: (O,)
        num_outputs: Outputs wanted.

    Returns:
        (num_outputs, O)
    """
    blocks, width, _ = kernels.shape
    stride = width // values.shape[1]
    rows = values[: (num_outputs + blocks - 1) * stride].view(-1, width)
    out = _product(rows[:num_outputs], kernels[0], bias)
    for block in range(1, blocks):
        out.addmm_(rows[block : block + num_outputs], kernels[block])
    return out


def downsample_in_place(values: Tensor, weight: Tensor, stride: int, num_outputs: int) -> Tensor:
    """The same without bias, by the weight (O, I, taps) itself, for which inputs are copied."""
    channels_out, _, taps = weight.shape
    windows = values.unfold(0, taps, stride)[:num_outputs]  # (outputs, I, taps)
    return windows.flatten(1) @ weight.view(channels_out, -1).T


def upsampling_kernels(weight: Tensor, stride: int) -> Tensor:
    """The kernels of `upsample`.

    Args:
        weight: (I, O, taps)
        stride: Outputs from one input to the next.

    Returns:
        (blocks, I, stride O), a block for each `stride` taps; zeros where taps are missing.
    """
    channels_in, channels_out, taps = weight.shape
    blocks = -(-taps // stride)
    padded = F.pad(weight, (0, blocks * stride - taps))
    # (I, O, blocks stride) -> (I, O, blocks, stride) -> (blocks, I, stride O)
    joint = padded.view(channels_in, channels_out, blocks, stride).permute(2, 0, 3, 1)
    return joint.reshape(blocks, channels_in, stride * channels_out)


def upsample(values: Tensor, kernels: Tensor, bias: Tensor | None, stride: int) -> Tensor:
    """A transposed convolution, of the outputs that `blocks` inputs in a row make complete.

    Args:
        values: (T, I)
        kernels: From `upsampling_kernels`.
        bias: (O,)
        stride: Outputs from one input to the next.

    Returns:
        ((T - blocks + 1) stride, O); the first is where the last of the first inputs begins.
    """
    blocks = len(kernels)
    rows = len(values) - blocks + 1
    repeated = None if bias is None else bias.repeat(stride)
    out = _product(values[blocks - 1 :], kernels[0], repeated)
    for block in range(1, blocks):
        first = blocks - 1 - block
        out.addmm_(values[first : first + rows], kernels[block])
    return out.view(rows * stride, -1)


def upsample_in_place(values: Tensor, weight: Tensor, bias: Tensor | None, stride: int) -> Tensor:
    """The same by the weight (I, O, taps) itself: all products first, then their sums."""
    channels_in, channels_out, taps = weight.shape
    blocks = -(-taps // stride)
    rows = len(values) - blocks + 1
    products = (values @ weight.view(channels_in, -1)).view(-1, channels_out, taps)
    out = values.new_zeros((rows, stride, channels_out))
    if bias is not None:
        out += bias
    for block in range(blocks):
        first = blocks - 1 - block
        part = products[first : first + rows, :, block * stride : (block + 1) * stride]
        out[:, : part.shape[2]] += part.transpose(1, 2)
    return out.view(rows * stride, channels_out)


def _product(values: Tensor, kernels: Tensor, bias: Tensor | None) -> Tensor:
    return values @ kernels if bias is None else torch.addmm(bias, values, kernels)
