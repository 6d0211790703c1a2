"""Convolutions along time on a processor, with channels innermost, in their fastest form.

torch keeps (channel, time) in memory. With channels innermost, products read values as they are.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from core.kernels import polynomial_convolution
from core.kernels.kernels_of_weight import KernelsOfWeight
from core.kernels.polynomial_convolution import polynomial_weight
from core.kernels.processor_speed import keep_channels_innermost, use_polynomials


class TimeConvolution(nn.Module):
    """A layer's convolution without its padding: (T, I) -> (T - (taps - 1) dilation, O).

    Args:
        layer: It keeps its weights, and has a bias.
    """

    def __init__(self, layer: nn.Conv1d) -> None:
        super().__init__()
        self._layer = (layer,)  # in a tuple: the weights stay the network's
        self._is_polynomial = use_polynomials(layer.weight)
        self._is_innermost = keep_channels_innermost()
        self._kernels = KernelsOfWeight(
            polynomial_weight if self._is_polynomial else _channels_last_weight
        )

    def forward(self, values: Tensor) -> Tensor:
        """Convolve."""
        (layer,) = self._layer
        assert layer.bias is not None
        (dilation,) = layer.dilation
        if not self._is_polynomial and not self._is_innermost:
            convolved = F.conv1d(values.T[None], layer.weight, layer.bias, dilation=dilation)
            return convolved[0].T.contiguous()
        kernels = self._kernels(layer.weight)
        if self._is_polynomial:
            (taps,) = layer.kernel_size
            return polynomial_convolution.convolve(values, kernels, layer.bias, taps, dilation)
        picture = values.T[None, :, :, None]  # (T, C) -> (1, C, T, 1), channels last
        convolved = F.conv2d(picture, kernels, layer.bias, dilation=(dilation, 1))
        return convolved[0, :, :, 0].T.contiguous()


class TransposedConvolution(nn.Module):
    """A layer's transposed convolution as one matrix product, without cutting its padding off.

    (T, I) -> (at least (T - 1) stride + taps, O): zeros with the bias may follow.

    Args:
        layer: It keeps its weights, and has a bias.
    """

    def __init__(self, layer: nn.ConvTranspose1d) -> None:
        super().__init__()
        self._layer = (layer,)
        (self._stride,) = layer.stride
        self._kernels = KernelsOfWeight(self._product_weight)

    def forward(self, values: Tensor) -> Tensor:
        """Upsample."""
        (layer,) = self._layer
        assert layer.bias is not None
        kernels = self._kernels(layer.weight)
        num_read = len(kernels) // layer.in_channels
        padded = F.pad(values, (0, 0, num_read - 1, num_read - 1))
        windows = padded.unfold(0, num_read, 1).transpose(1, 2).reshape(-1, len(kernels))
        return torch.addmm(layer.bias.repeat(self._stride), windows, kernels).view(
            -1, layer.out_channels
        )

    def _product_weight(self, weight: Tensor, dtype: torch.dtype) -> Tensor:
        """(I, O, taps) -> (inputs read x I, stride x O), the oldest input first."""
        taps = weight.shape[2]
        num_read = -(-taps // self._stride)
        padded = F.pad(weight.detach(), (0, num_read * self._stride - taps))
        kernels = padded.view(*weight.shape[:2], num_read, self._stride).flip(2)
        # (I, O, read, stride) -> (read, I, stride, O) -> (read I, stride O)
        return kernels.permute(2, 0, 3, 1).flatten(2).flatten(0, 1).to(dtype)


def _channels_last_weight(weight: Tensor, dtype: torch.dtype) -> Tensor:
    """(O, I, taps) -> (O, I, taps, 1)."""
    last = weight.detach().unsqueeze(3).to(dtype)
    return last.clone(memory_format=torch.channels_last)
