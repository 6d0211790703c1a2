import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from core.kernels.winograd import WinogradConvolution

sizes = st.integers(1, 5)


@given(sizes, sizes, sizes, st.integers(1, 9), sizes)
@torch.inference_mode()
def test_it_equals_the_convolution_it_takes_over_at_any_size(
    batch: int, channels: int, channels_out: int, frames: int, bins: int
) -> None:
    layer = nn.Conv2d(channels, channels_out, 3, padding=1)
    x = torch.randn(batch, channels, frames, bins)
    torch.testing.assert_close(WinogradConvolution.of(layer)(x), layer(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
@torch.inference_mode()
def test_it_keeps_weights_and_converts_as_any_layer(bias: bool) -> None:
    layer = nn.Conv2d(6, 4, 3, padding=1, bias=bias)
    quick = WinogradConvolution.of(layer)
    assert quick.state_dict().keys() == layer.state_dict().keys()
    assert quick.weight is layer.weight
    x = torch.randn(2, 6, 5, 2, dtype=torch.float64)
    torch.testing.assert_close(quick.double()(x), layer.double()(x), rtol=1e-5, atol=1e-5)
