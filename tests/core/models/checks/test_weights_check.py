import pytest
from torch import nn

from core.models.checks.weights_check import find_mismatch
from core.models.weights_file import Shapes
from tests.tiny_families import tiny_language_model, tiny_projection_model, tiny_word_encoder
from tests.tiny_model import tiny_text_encoder, tiny_unet, tiny_vae, tiny_vocoder

NETWORKS = {
    "a UNet": tiny_unet,
    "a VAE": tiny_vae,
    "a text encoder": tiny_text_encoder,
    "a T5 encoder": tiny_word_encoder,
    "a projection model": tiny_projection_model,
    "a language model": tiny_language_model,
    "a HiFi-GAN vocoder": tiny_vocoder,
}


def shapes_of(network: nn.Module) -> Shapes:
    return {name: tuple(value.shape) for name, value in network.state_dict().items()}


@pytest.mark.parametrize("kind", NETWORKS)
def test_a_networks_own_weights_fit(kind: str) -> None:
    network = NETWORKS[kind]()
    assert find_mismatch(network, shapes_of(network)) is None


@pytest.mark.parametrize("kind", NETWORKS)
@pytest.mark.parametrize("other", NETWORKS)
def test_swapped_weights_are_recognised(kind: str, other: str) -> None:
    if kind != other:
        misfit = find_mismatch(NETWORKS[kind](), shapes_of(NETWORKS[other]()))
        assert misfit == f"holds the weights of {other}"


def test_missing_tensors_are_counted_and_the_first_is_named() -> None:
    shapes = shapes_of(tiny_vae())
    for name in ("decoder.conv_out.bias", "decoder.conv_out.weight"):
        del shapes[name]
    misfit = find_mismatch(tiny_vae(), shapes)
    assert misfit is not None
    assert "lacks 2 of" in misfit
    assert "decoder.conv_out" in misfit


def test_tensors_that_the_config_does_not_know_are_refused() -> None:
    shapes = {**shapes_of(tiny_vae()), "encoder.down_blocks.7.conv.weight": (3,)}
    misfit = find_mismatch(tiny_vae(), shapes)
    assert misfit is not None
    assert "1 tensors that its config knows nothing of" in misfit


def test_a_tensor_of_another_shape_is_refused_with_both_shapes() -> None:
    shapes = {**shapes_of(tiny_vae()), "decoder.conv_in.bias": (99,)}
    misfit = find_mismatch(tiny_vae(), shapes)
    assert misfit == "holds decoder.conv_in.bias of shape (99,), but its config means (16,)"


def test_attention_named_as_before_2023_fits() -> None:
    shapes = shapes_of(tiny_vae())
    for old, new in (
        ("query", "to_q"),
        ("key", "to_k"),
        ("value", "to_v"),
        ("proj_attn", "to_out.0"),
    ):
        for name in [name for name in shapes if f".{new}." in name]:
            shapes[name.replace(f".{new}.", f".{old}.")] = shapes.pop(name)
    assert any(".query." in name for name in shapes)
    assert find_mismatch(tiny_vae(), shapes) is None


def test_buffers_may_be_there_or_not() -> None:
    shapes = shapes_of(tiny_text_encoder())
    without = {name: shape for name, shape in shapes.items() if not name.endswith("_ids")}
    assert len(without) < len(shapes)
    assert find_mismatch(tiny_text_encoder(), without) is None
