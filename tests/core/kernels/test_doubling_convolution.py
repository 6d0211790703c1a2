import pytest
import torch
from diffusers.models.upsampling import Upsample2D

from core.kernels.doubling import DoublingConvolution


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
