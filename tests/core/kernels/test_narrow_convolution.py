import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from core.kernels.narrow_convolution import NarrowConvolution, PackedNarrowConvolution
from core.kernels.packed_products import can_pack

sizes = st.integers(1, 5)


FORMS = [
    NarrowConvolution,
    pytest.param(
        PackedNarrowConvolution,
        marks=pytest.mark.skipif(not can_pack(), reason="this torch has no oneDNN"),
    ),
]


@pytest.mark.parametrize("form", FORMS)
@given(sizes, st.tuples(sizes, sizes), sizes, st.integers(1, 4))
@torch.inference_mode()
def test_it_equals_the_convolution_it_takes_over_at_any_width(
    form: type[NarrowConvolution],
    batch: int,
    channels: tuple[int, int],
    frames: int,
    bins: int,
) -> None:
    layer = nn.Conv2d(*channels, 3, padding=1)
    x = torch.randn(batch, channels[0], frames, bins)
    torch.testing.assert_close(form.of(layer)(x), layer(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
@torch.inference_mode()
def test_it_converts_as_any_layer(dtype: torch.dtype) -> None:
    layer = nn.Conv2d(6, 4, 3, padding=1).to(dtype)
    x = torch.randn(2, 6, 5, 2, dtype=dtype)
    narrow = NarrowConvolution.of(layer).float().to(dtype)
    tolerance = 0.04 if dtype == torch.bfloat16 else 1e-9  # it rounds three sums, not one
    torch.testing.assert_close(narrow(x), layer(x), rtol=tolerance, atol=tolerance / 10)
