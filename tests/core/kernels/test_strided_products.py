"""Strided and transposed convolutions by products equal torch's, in either form of the weight."""

import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from core.kernels import strided_products as products

BIAS = torch.arange(5.0, dtype=torch.float64)
shapes = st.integers(1, 9), st.integers(1, 5), st.integers(1, 12)


def seeded(*shape: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(sum(shape))
    return torch.randn(shape, generator=generator, dtype=torch.float64)


@given(*shapes)
def test_strided_convolutions_equal_torchs(taps: int, stride: int, outputs: int) -> None:
    weight = seeded(5, 3, taps)
    values = seeded((outputs + -(-taps // stride) - 1) * stride, 3)
    padded = F.pad(values, (0, 0, 0, max(0, (outputs - 1) * stride + taps - len(values))))
    direct = F.conv1d(padded.T[None], weight, stride=stride)[0].T[:outputs]
    kernels = products.downsampling_kernels(weight, stride)
    found = products.downsample(values, kernels, BIAS, outputs)
    assert torch.allclose(found, direct + BIAS, atol=1e-12)
    in_place = products.downsample_in_place(padded, weight, stride, outputs)
    assert torch.allclose(in_place, direct, atol=1e-12)


@given(*shapes)
def test_transposed_convolutions_equal_torchs(taps: int, stride: int, rows: int) -> None:
    weight, blocks = seeded(3, 5, taps), -(-taps // stride)
    values = seeded(rows + blocks - 1, 3)
    whole = F.conv_transpose1d(values.T[None], weight, BIAS, stride=stride)[0].T
    first = (blocks - 1) * stride
    direct = whole[first : first + rows * stride]
    missing = rows * stride - len(direct)  # with taps below the stride: the bias alone
    direct = torch.cat([direct, BIAS.expand(missing, -1)])
    kernels = products.upsampling_kernels(weight, stride)
    assert torch.allclose(products.upsample(values, kernels, BIAS, stride), direct, atol=1e-12)
    found = products.upsample_in_place(values, weight, BIAS, stride)
    assert torch.allclose(found, direct, atol=1e-12)
