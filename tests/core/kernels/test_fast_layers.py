"""A network with fast layers is compared with a copy of the original."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from core.kernels import fast_layers
from core.kernels.fast_layers import DoublingConvolution, use_fast_layers
from core.kernels.kernels_of_weight import KernelsOfWeight
from core.kernels.narrow_convolution import NarrowConvolution, PackedNarrowConvolution
from core.kernels.packed_products import PackedGeglu, PackedLinear, PackedPointwise, can_pack
from core.kernels.processor_speed import ProcessorSpeed
from core.kernels.winograd import FEW_BINS, MANY_BINS, WinogradConvolution
from tests.tiny_families import NUM_STATES, STATE_DIM, WORD_DIM, tiny_unet2
from tests.tiny_model import (
    LATENT_CHANNELS,
    PROJECTION_DIM,
    TOKEN_DIM,
    UNET_SIZE,
    tiny_token_unet,
    tiny_unet,
)

NARROW_BINS, WIDE_BINS = 4, 16  # at the lower of the two levels: 2 and 8

THREE_LEVELS: dict[str, Any] = {
    **UNET_SIZE,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "block_out_channels": (8, 16, 16),
    "attention_head_dim": 8,
    "cross_attention_dim": (8, 16, 16),
    "class_embed_type": "simple_projection",
    "projection_class_embeddings_input_dim": PROJECTION_DIM,
    "class_embeddings_concat": True,
}


def class_embedding(batch: int) -> dict[str, Any]:
    return {"encoder_hidden_states": None, "class_labels": torch.randn(batch, PROJECTION_DIM)}


def tokens(batch: int) -> dict[str, Any]:
    return {
        "encoder_hidden_states": torch.randn(batch, 5, TOKEN_DIM),
        "encoder_attention_mask": torch.tensor([[1, 1, 1, 1, 0]] * batch),
        "class_labels": torch.randn(batch, PROJECTION_DIM),
    }


def words(batch: int) -> dict[str, Tensor]:
    return {
        "encoder_hidden_states": torch.randn(batch, NUM_STATES, STATE_DIM),
        "encoder_hidden_states_1": torch.randn(batch, 5, WORD_DIM),
        "encoder_attention_mask_1": torch.tensor([[1, 1, 1, 1, 0]] * batch),
    }


FAMILIES = pytest.mark.parametrize(
    ("build", "prompt"),
    [(tiny_unet, class_embedding), (tiny_token_unet, tokens), (tiny_unet2, words)],
    ids=["AudioLDM and MusicLDM", "AudioLDM with tokens", "AudioLDM2"],
)


def seeded(build: Callable[[], Any]) -> Any:
    torch.manual_seed(0)
    return build().eval().requires_grad_(False)


def three_levels() -> Any:
    """A UNet whose second upsampling is not at the deepest level."""
    return seeded(partial(UNet2DConditionModel, **THREE_LEVELS))


@FAMILIES
@pytest.mark.parametrize("frames", [2, 9, 24])
@pytest.mark.parametrize("bins", [NARROW_BINS, WIDE_BINS])
@torch.inference_mode()
def test_a_quick_denoiser_predicts_what_the_plain_one_predicts(
    build: Callable[[], Any], prompt: Callable[[int], dict[str, Any]], frames: int, bins: int
) -> None:
    plain = seeded(build)
    fast = copy.deepcopy(plain)
    use_fast_layers(fast, bins)
    x, conditioning = torch.randn(2, LATENT_CHANNELS, frames, bins), prompt(2)
    expected, found = (unet(x, 500, **conditioning).sample for unet in (plain, fast))
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


@FAMILIES
@torch.inference_mode()
def test_fast_layers_in_bfloat16_are_as_near_to_float32(
    build: Callable[[], Any], prompt: Callable[[int], dict[str, Any]]
) -> None:
    exact = seeded(build)
    plain = copy.deepcopy(exact).bfloat16()
    fast = copy.deepcopy(plain)
    use_fast_layers(fast, NARROW_BINS)
    x, conditioning = torch.randn(2, LATENT_CHANNELS, 24, NARROW_BINS), prompt(2)
    rounded = {
        name: value.bfloat16() if torch.is_tensor(value) and value.is_floating_point() else value
        for name, value in conditioning.items()
    }
    truth = exact(x, 500, **conditioning).sample
    errors = [
        float((unet(x.bfloat16(), 500, **rounded).sample.float() - truth).norm() / truth.norm())
        for unet in (plain, fast)
    ]
    assert 0 < errors[1] < 1.5 * errors[0] < 0.1


@FAMILIES
def test_weights_keep_their_names_and_values(
    build: Callable[[], Any], prompt: Callable[[int], dict[str, Any]]
) -> None:
    unet = seeded(build)
    before = {name: value.clone() for name, value in unet.state_dict().items()}
    use_fast_layers(unet, NARROW_BINS)
    after = unet.state_dict()
    assert after.keys() == before.keys()
    assert all(torch.equal(after[name], value) for name, value in before.items())


@FAMILIES
def test_weights_of_1x1_convolutions_are_reordered_without_a_copy(
    build: Callable[[], Any],
    prompt: Callable[[int], dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fast_layers, "use_packed_products", lambda dtype: False)
    unet = seeded(build)
    layers = [each for each in unet.modules() if getattr(each, "kernel_size", None) == (1, 1)]
    places = [layer.weight.data_ptr() for layer in layers]
    use_fast_layers(unet, NARROW_BINS)
    strides = [layer.weight.stride() for layer in layers]
    assert [layer.weight.data_ptr() for layer in layers] == places
    assert strides == [
        layer.weight.detach().clone(memory_format=torch.channels_last).stride() for layer in layers
    ]
    assert len(layers) > 0


@torch.inference_mode()
def test_where_memory_is_short_no_layer_keeps_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = three_levels()
    kernels_bytes = sum(
        each.kernels_bytes for each in fast_layers._wide(plain, WIDE_BINS, least_bins=0)
    )
    short, ample = copy.deepcopy(plain), copy.deepcopy(plain)
    x, conditioning = torch.randn(1, LATENT_CHANNELS, 24, WIDE_BINS), class_embedding(1)
    predicted = []
    for unet, share in ((short, 1.9), (ample, 2.1)):
        free_bytes = int(share * kernels_bytes)
        monkeypatch.setattr(fast_layers, "available_host_bytes", lambda free=free_bytes: free)
        use_fast_layers(unet, WIDE_BINS)
        predicted.append(unet(x, 500, **conditioning).sample)
    assert count(short, KernelsOfWeight) == 0
    assert count(ample, KernelsOfWeight) > 0
    assert count(ample, PackedLinear) == 0  # for these as well there is not enough
    torch.testing.assert_close(*predicted, rtol=1e-5, atol=1e-5)


def test_only_levels_of_two_bins_get_narrow_convolutions() -> None:
    narrow, wide = seeded(tiny_unet), seeded(tiny_unet)
    use_fast_layers(narrow, NARROW_BINS)
    use_fast_layers(wide, WIDE_BINS)
    kind = PackedNarrowConvolution if can_pack() else NarrowConvolution
    assert count(narrow, kind) > 0
    assert count(wide, kind) == 0


def test_only_float32_replaces_upsampling_and_wide_layers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ProcessorSpeed, "min_winograd_area", 16 * 16)
    exact, rounded = three_levels(), three_levels().bfloat16()
    use_fast_layers(exact, WIDE_BINS)
    use_fast_layers(rounded, WIDE_BINS)
    assert count(exact, DoublingConvolution) == 2
    assert count(exact, WinogradConvolution) > 0
    assert count(rounded, DoublingConvolution) == count(rounded, WinogradConvolution) == 0


def test_levels_of_many_bins_convolve_more_of_them_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ProcessorSpeed, "min_winograd_area", 1)
    unet = three_levels()
    use_fast_layers(unet, WIDE_BINS)  # 16, 8 and 4 bins
    points = []
    for block in unet.down_blocks:
        layer: Any = block.resnets[0].conv2
        points.append(layer.kernels(layer.weight).shape[1])
    assert points == [MANY_BINS + 2, MANY_BINS + 2, FEW_BINS + 2]


@pytest.mark.skipif(not can_pack(), reason="this torch has no oneDNN")
@FAMILIES
def test_every_product_of_a_block_is_packed(
    build: Callable[[], Any], prompt: Callable[[int], dict[str, Any]]
) -> None:
    unet = seeded(build)
    use_fast_layers(unet, NARROW_BINS)
    plain = [
        name
        for name, layer in unet.named_modules()
        if type(layer) is nn.Linear and "_blocks." in name
    ]
    assert all(name.endswith(("time_emb_proj", "net.0.proj")) for name in plain)
    assert count(unet, PackedLinear) > count(unet, PackedGeglu) > 0
    assert count(unet, PackedPointwise) > 0


@pytest.mark.skipif(not can_pack(), reason="this torch has no oneDNN")
@pytest.mark.parametrize("are_kept", [True, False])
@torch.inference_mode()
def test_packed_weights_of_large_denoisers_are_dropped_and_made_again(
    monkeypatch: pytest.MonkeyPatch, are_kept: bool
) -> None:
    monkeypatch.setattr(fast_layers, "KEPT_PACKED_BYTES", 1 << 30 if are_kept else 0)
    unet = seeded(tiny_unet)
    use_fast_layers(unet, NARROW_BINS)
    x, conditioning = torch.randn(2, LATENT_CHANNELS, 9, NARROW_BINS), class_embedding(2)
    before = unet(x, 500, **conditioning).sample
    fast_layers.drop_packed(unet)
    kernels = [each for each in unet.modules() if isinstance(each, KernelsOfWeight)]
    assert any(list(each.buffers()) for each in kernels) == are_kept
    assert torch.equal(unet(x, 500, **conditioning).sample, before)


@pytest.mark.skipif(not can_pack(torch.bfloat16), reason="products in bfloat16 cannot be packed")
@pytest.mark.parametrize(("gain", "is_exact"), [(1.0, True), (2.0, False)])
@torch.inference_mode()
def test_rounded_products_leave_convolutions_exact_where_that_is_faster(
    monkeypatch: pytest.MonkeyPatch, gain: float, is_exact: bool
) -> None:
    monkeypatch.setattr(ProcessorSpeed, "min_winograd_area", 1)
    monkeypatch.setattr(fast_layers, "use_bfloat16", lambda *_: gain > 1)
    plain = three_levels()
    rounded = copy.deepcopy(plain)
    use_fast_layers(rounded, WIDE_BINS, rounds_products=True)
    x, conditioning = torch.randn(2, LATENT_CHANNELS, 24, WIDE_BINS), class_embedding(2)
    truth, found = (unet(x, 500, **conditioning).sample for unet in (plain, rounded))
    assert (count(rounded, WinogradConvolution) > 0) == is_exact
    assert (count(rounded, DoublingConvolution) > 0) == is_exact
    assert found.dtype == torch.float32
    assert 0 < (found - truth).norm() < 0.02 * truth.norm()


@pytest.mark.parametrize("frames", [3, 8, 9])
@torch.inference_mode()
def test_a_denoiser_predicts_the_same_with_fast_layers(
    monkeypatch: pytest.MonkeyPatch, frames: int
) -> None:
    monkeypatch.setattr(ProcessorSpeed, "min_winograd_area", 1)
    plain = three_levels()
    fast = copy.deepcopy(plain)
    use_fast_layers(fast, 2 * NARROW_BINS)
    use_fast_layers(fast, 2 * NARROW_BINS)  # a second call changes nothing
    x, conditioning = torch.randn(2, LATENT_CHANNELS, frames, 2 * NARROW_BINS), class_embedding(2)
    expected, found = (unet(x, 500, **conditioning).sample for unet in (plain, fast))
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_a_denoiser_elsewhere_keeps_its_layers() -> None:
    with torch.device("meta"):
        unet = seeded(tiny_unet)
    layers = list(unet.modules())
    use_fast_layers(unet, NARROW_BINS)
    assert list(unet.modules()) == layers


def count(network: nn.Module, kind: type[nn.Module]) -> int:
    return sum(isinstance(layer, kind) for layer in network.modules())
