import pytest
import torch
from diffusers.models.upsampling import Upsample2D
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from core.kernels import upsampling
from core.kernels.fast_layers import DoublingConvolution

sizes = st.integers(1, 4)


def in_two_steps(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    doubled = F.interpolate(x, scale_factor=2.0, mode="nearest")
    return F.conv2d(doubled, weight, bias, padding=1)


@given(sizes, sizes, sizes, sizes)
def test_one_transposed_convolution_doubles_and_convolves(
    channels: int, channels_out: int, frames: int, bins: int
) -> None:
    weight = torch.randn(channels_out, channels, 3, 3)
    x = torch.randn(2, channels, frames, bins)
    kernel = upsampling.transposed_weight(weight, torch.float32)
    at_once = F.conv_transpose2d(x, kernel, stride=2, padding=1)
    torch.testing.assert_close(at_once, in_two_steps(x, weight, None), rtol=1e-5, atol=1e-5)


@given(
    channels=sizes,
    channels_out=sizes,
    frames=st.integers(1, 9),
    bins=sizes,
    block=st.sampled_from([1, 50, 1 << 19]),
    biased=st.booleans(),
)
def test_products_double_and_convolve_in_blocks_of_any_size(
    *, channels: int, channels_out: int, frames: int, bins: int, block: int, biased: bool
) -> None:
    weight = torch.randn(channels_out, channels, 3, 3, dtype=torch.float64)
    bias = torch.randn(channels_out, dtype=torch.float64) if biased else None
    x = torch.randn(2, channels, frames, bins, dtype=torch.float64)
    kernels = upsampling.product_weights(weight, torch.float64)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(upsampling, "BLOCK_ELEMENTS", block)
        found = upsampling.convolve_doubled(x, kernels, bias)
    assert torch.allclose(found, in_two_steps(x, weight, bias), rtol=1e-12, atol=1e-12)


@given(before=st.integers(0, 1), after=st.integers(0, 1))
def test_products_of_a_piece_of_time_equal_the_whole_there(before: int, after: int) -> None:
    weight, x = torch.randn(2, 3, 3, 3).double(), torch.randn(1, 3, 7, 2).double()
    kernels = upsampling.product_weights(weight, torch.float64)
    padding = 1 - before, 1 - after
    whole = in_two_steps(F.pad(x, (0, 0, *padding)), weight, None)
    found = upsampling.convolve_doubled(x, kernels, None, padding)
    assert torch.allclose(found, whole[:, :, 2:-2], rtol=1e-12, atol=1e-12)


def test_kernels_of_half_precision_are_rounded_once() -> None:
    weight = torch.randn(4, 3, 3, 3)
    for make in (upsampling.product_weights, upsampling.transposed_weight):
        assert torch.equal(make(weight, torch.bfloat16), make(weight, torch.float32).bfloat16())


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [None, (10, 6), (9, 6), (9, 5)])
@torch.inference_mode()
def test_it_equals_diffusers_layer_at_even_and_odd_sizes(
    dtype: torch.dtype, size: tuple[int, int] | None
) -> None:
    torch.manual_seed(0)
    layer = Upsample2D(6, use_conv=True, out_channels=4).to(dtype)
    x = torch.randn(2, 6, 5, 3, dtype=dtype)
    found = DoublingConvolution(layer)(x, size)
    torch.testing.assert_close(found, layer(x, size), rtol=1e-5, atol=1e-5)
