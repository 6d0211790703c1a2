import torch
from diffusers.models.activations import GEGLU

from core.models.swift.gated_gelu import GatedGelu


@torch.inference_mode()
def test_it_equals_diffusers_layer() -> None:
    layer = GEGLU(6, 10)
    x = torch.randn(2, 5, 6)
    torch.testing.assert_close(GatedGelu(layer)(x), layer(x), rtol=0, atol=0)
