"""The convolution by polynomials equals the direct one, for all taps, dilations and lengths."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from core.kernels import polynomial_convolution
from core.kernels.polynomial_convolution import ACCURATE, FEW, Points, convolve, polynomial_weight

both_points = pytest.mark.parametrize("points", [FEW, ACCURATE], ids=["few", "accurate"])
odd_taps = st.sampled_from([3, 5, 7, 9, 11, 13])


def direct(values: Tensor, weight: Tensor, bias: Tensor, dilation: int) -> Tensor:
    return F.conv1d(values.T[None], weight, bias, dilation=dilation)[0].T


@both_points
@given(
    taps=odd_taps,
    dilation=st.integers(1, 6),
    frames=st.integers(1, 90),
    block=st.sampled_from([1, 100, 1 << 20]),
)
def test_it_equals_the_direct_convolution(
    points: Points, taps: int, dilation: int, frames: int, block: int
) -> None:
    torch.manual_seed(0)
    values = torch.randn(frames + (taps - 1) * dilation, 3, dtype=torch.float64)
    weight = torch.randn(5, 3, taps, dtype=torch.float64)
    bias = torch.arange(5.0, dtype=torch.float64)
    kernels = polynomial_weight(weight, torch.float64, points)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(polynomial_convolution, "BLOCK_ELEMENTS", block)
        found = convolve(values, kernels, bias, taps, dilation, points=points)
    torch.testing.assert_close(found, direct(values, weight, bias, dilation), rtol=0, atol=1e-11)


@pytest.mark.parametrize(
    ("taps", "points", "most"),
    [(3, FEW, 2e-6), (7, FEW, 1e-6), (11, FEW, 1e-6), (7, ACCURATE, 5e-7)],
)
def test_in_float32_its_rounding_error_is_a_millionth(
    taps: int, points: Points, most: float
) -> None:
    torch.manual_seed(0)
    values, bias = torch.randn(400, 64).double(), torch.zeros(32).double()
    weight = torch.randn(32, 64, taps).double()
    truth = direct(values, weight, bias, 3)
    kernels = polynomial_weight(weight.float(), torch.float32, points)
    found = convolve(values.float(), kernels, bias.float(), taps, 3, points=points)
    error = (found - truth).square().mean().sqrt() / truth.std()
    assert error < most


@pytest.mark.parametrize(
    ("taps", "points", "products"),
    [(3, FEW, 8), (7, FEW, 14), (11, FEW, 20), (7, ACCURATE, 22)],
)
def test_it_takes_a_third_to_half_of_the_products(taps: int, points: Points, products: int) -> None:
    assert len(polynomial_weight(torch.randn(1, 1, taps), torch.float32, points)) == products
    assert products < 0.5 * taps * points.hop
