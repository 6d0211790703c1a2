import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from core.doubling import joint_kernel

sizes = st.integers(1, 4)


@given(sizes, sizes, sizes, sizes)
def test_one_transposed_convolution_doubles_and_convolves(
    channels: int, channels_out: int, frames: int, bins: int
) -> None:
    weight = torch.randn(channels_out, channels, 3, 3)
    x = torch.randn(2, channels, frames, bins)
    in_two_steps = F.conv2d(F.interpolate(x, scale_factor=2.0, mode="nearest"), weight, padding=1)
    at_once = F.conv_transpose2d(x, joint_kernel(weight), stride=2, padding=1)
    torch.testing.assert_close(at_once, in_two_steps, rtol=1e-5, atol=1e-5)
