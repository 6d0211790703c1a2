"""A UNet with its products in bfloat16 and all other values in float32."""

import pytest
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn

from core.kernels import fast_layers
from core.kernels.fast_layers import use_fast_layers
from tests.tiny_model import tiny_unet

LATENT_BINS = 16


def prediction(unet: UNet2DConditionModel, latents: Tensor, dtype: torch.dtype) -> Tensor:
    labels = torch.ones(len(latents), 32, dtype=dtype)
    timestep = torch.tensor(500)
    with torch.inference_mode():
        sample: Tensor = unet(latents.to(dtype), timestep, None, class_labels=labels).sample
    return sample


def make_unet() -> UNet2DConditionModel:
    torch.manual_seed(0)
    return tiny_unet().eval().requires_grad_(False)


def test_its_values_stay_nearer_to_float32s_than_all_in_bfloat16() -> None:
    latents = torch.randn(16, 4, 8, 16, generator=torch.Generator().manual_seed(0))
    truth = prediction(make_unet(), latents, torch.float32)
    rounded = make_unet()
    use_fast_layers(rounded, LATENT_BINS, rounds_products=True)
    found = prediction(rounded, latents, torch.float32)
    low = prediction(nn.Module.to(make_unet(), torch.bfloat16), latents, torch.bfloat16)
    assert found.dtype == torch.float32
    assert 0 < (found - truth).norm() < 0.8 * (low.float() - truth).norm()


def test_large_products_are_rounded_at_their_first_call_and_all_else_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fast_layers, "use_packed_products", lambda dtype: False)
    unet = make_unet()
    use_fast_layers(unet, LATENT_BINS, rounds_products=True)
    assert all(values.dtype == torch.float32 for values in unet.parameters())
    prediction(unet, torch.randn(1, 4, 8, 16), torch.float32)
    dtypes = {name: values.dtype for name, values in unet.named_parameters()}
    assert dtypes["conv_in.weight"] == dtypes["conv_out.weight"] == torch.float32
    assert dtypes["mid_block.resnets.0.time_emb_proj.weight"] == torch.float32
    assert dtypes["mid_block.resnets.0.norm1.weight"] == torch.float32
    assert dtypes["mid_block.resnets.0.conv1.weight"] == torch.bfloat16
    assert all(
        dtype == torch.bfloat16 for name, dtype in dtypes.items() if name.endswith("to_q.weight")
    )
    order = unet.up_blocks[0].resnets[0].conv1.weight
    assert order.is_contiguous(memory_format=torch.channels_last)
