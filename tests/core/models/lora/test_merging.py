"""A model with a LoRA predicts what its plain network with PEFT's layers predicts."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from safetensors.torch import save_file
from torch import Tensor
from transformers import ClapTextModelWithProjection

from core.api.errors import ModelLoadError
from core.api.lora import Lora
from core.api.progress import Progress
from core.kernels import fast_layers
from core.kernels.fast_layers import DoublingConvolution
from core.kernels.processor_speed import ProcessorSpeed
from core.kernels.winograd import WinogradConvolution
from core.models.families.audioldm import AudioLdm
from core.models.loader import load_model
from tests.core.models.lora.tiny_lora import (
    ALPHA,
    RANK,
    Part,
    all_layers,
    attention_layers,
    diffusers_name,
    kohya_name,
    lora_layers,
    make_parts,
    older_diffusers_name,
    processor_name,
    tensors_of,
    write_peft,
)
from tests.tiny_model import LATENT_CHANNELS, PROJECTION_DIM, predict_once


def load(folder: Path, *loras: Lora, dtype: torch.dtype = torch.float32) -> AudioLdm:
    model = load_model(
        str(folder), device=torch.device("cpu"), dtype=dtype, progress=Progress(), loras=loras
    )
    assert isinstance(model, AudioLdm)
    return model


@pytest.fixture
def unet(tiny_model_folder: Path) -> Any:
    path = tiny_model_folder / "unet"
    return UNet2DConditionModel.from_pretrained(path, low_cpu_mem_usage=False).eval()


@torch.inference_mode()
def prediction(model: AudioLdm) -> Tensor:
    x, prompt = inputs()
    return model.predict(x, torch.tensor(500), prompt)


@torch.inference_mode()
def expected(unet: Any, parts: Mapping[str, Part], factor: float) -> Tensor:
    x, prompt = inputs()
    with lora_layers(unet, parts, factor):
        found: Tensor = unet(x, 500, encoder_hidden_states=None, **prompt).sample
    return found


def inputs() -> tuple[Tensor, dict[str, Tensor]]:
    generator = torch.Generator().manual_seed(3)
    x = torch.randn(1, LATENT_CHANNELS, 24, 16, generator=generator)
    return x, {"class_labels": torch.randn(1, PROJECTION_DIM, generator=generator)}


def weights(model: AudioLdm) -> dict[str, Tensor]:
    networks = {"unet": model.unet, "text": model.clap.text_encoder, "vae": model.vae}
    return {
        f"{name}.{key}": value
        for name, network in networks.items()
        for key, value in network.state_dict().items()
    }


def same_weights(one: AudioLdm, other: AudioLdm) -> bool:
    ours, theirs = weights(one), weights(other)
    return all(torch.equal(value, theirs[name]) for name, value in ours.items())


def test_every_layer_merges_as_pefts_layers_compute(
    tiny_model_folder: Path, tmp_path: Path, unet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProcessorSpeed, "min_winograd_area", 16 * 16)
    parts = make_parts(unet, all_layers(unet))
    model = load(tiny_model_folder, Lora(str(write_peft(tmp_path / "lora", parts)), 0.7))
    kinds = {type(layer) for layer in model.unet.modules()}
    assert {WinogradConvolution, DoublingConvolution} <= kinds  # made from the merged weights
    truth = expected(unet, parts, 0.7 * ALPHA / RANK)
    assert (truth - expected(unet, {}, 0)).abs().max() > 0.1
    torch.testing.assert_close(prediction(model), truth, rtol=1e-4, atol=1e-4)


def test_the_vae_and_the_vocoder_stay(tiny_model_folder: Path, tmp_path: Path, unet: Any) -> None:
    path = write_peft(tmp_path / "lora", make_parts(unet, attention_layers(unet)))
    plain, merged = load(tiny_model_folder), load(tiny_model_folder, Lora(str(path)))
    changed = {
        name
        for name, value in weights(plain).items()
        if not torch.equal(value, weights(merged)[name])
    }
    assert changed == {f"unet.{name}.weight" for name in attention_layers(unet)}


@pytest.mark.parametrize(
    ("namer", "alpha"),
    [
        (diffusers_name, None),
        (older_diffusers_name, None),
        (processor_name, None),
        (kohya_name, ALPHA),
        (kohya_name, None),
    ],
)
def test_each_layout_means_the_same_layers(
    tiny_model_folder: Path, tmp_path: Path, unet: Any, namer: Any, alpha: float | None
) -> None:
    parts = make_parts(unet, attention_layers(unet))
    path = tmp_path / "pytorch_lora_weights.safetensors"
    save_file(tensors_of(parts, namer, alpha), path)
    factor = 1.0 if alpha is None else alpha / RANK
    for source in (path, tmp_path):
        found = prediction(load(tiny_model_folder, Lora(str(source))))
        torch.testing.assert_close(found, expected(unet, parts, factor), rtol=1e-4, atol=1e-4)


def test_convolutions_of_kohya_and_linear_parts_of_convolutions_merge(
    tiny_model_folder: Path, tmp_path: Path, unet: Any
) -> None:
    names = ["down_blocks.0.resnets.0.conv1", "mid_block.attentions.0.proj_in"]
    parts = make_parts(unet, names)
    flat = parts[names[1]]
    file = tmp_path / "lora.safetensors"
    save_file(
        {
            **tensors_of({names[0]: parts[names[0]]}, kohya_name, ALPHA),
            **tensors_of(
                {names[1]: Part(flat.down[:, :, 0, 0], flat.up[:, :, 0, 0])}, kohya_name, ALPHA
            ),
        },
        file,
    )
    found = prediction(load(tiny_model_folder, Lora(str(file))))
    truth = expected(unet, parts, ALPHA / RANK)
    torch.testing.assert_close(found, truth, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize(
    ("config", "factor"),
    [
        ({"use_rslora": True}, ALPHA / RANK**0.5),
        ({"lora_alpha": 8, "alpha_pattern": {"to_q": 2, "other": 100}}, None),
        ({"r": 99, "rank_pattern": {"to_q": RANK, "to_k": RANK, "to_v": RANK, "to_out.0": 4}}, 1.5),
    ],
)
def test_pefts_settings_scale_each_layer(
    tiny_model_folder: Path, tmp_path: Path, unet: Any, config: Any, factor: float | None
) -> None:
    parts = make_parts(unet, attention_layers(unet))
    found = load(tiny_model_folder, Lora(str(write_peft(tmp_path / "lora", parts, **config))))
    for name, part in parts.items():
        scale = factor or (2 / RANK if name.endswith("to_q") else 8 / RANK)
        before = unet.get_submodule(name).weight
        merged = before + scale * part.up @ part.down
        torch.testing.assert_close(found.unet.get_submodule(name).weight, merged)


@pytest.mark.parametrize("prefix", ["unet.", ""])
def test_settings_inside_a_diffusers_file_count(
    tiny_model_folder: Path, tmp_path: Path, unet: Any, prefix: str
) -> None:
    parts = make_parts(unet, attention_layers(unet))
    settings = {f"{prefix}r": RANK, f"{prefix}lora_alpha": ALPHA, f"{prefix}alpha_pattern": {}}
    path = tmp_path / "lora.safetensors"
    named = tensors_of(parts, diffusers_name)
    tensors = {name.removeprefix("" if prefix else "unet."): value for name, value in named.items()}
    save_file(tensors, path, {"lora_adapter_metadata": json.dumps(settings)})
    found = prediction(load(tiny_model_folder, Lora(str(path))))
    truth = expected(unet, parts, ALPHA / RANK)
    torch.testing.assert_close(found, truth, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("layout", ["diffusers", "kohya", "folders"])
def test_text_encoders_merge_too(
    tiny_model_folder: Path, tmp_path: Path, unet: Any, layout: str
) -> None:
    text = ClapTextModelWithProjection.from_pretrained(tiny_model_folder / "text_encoder")
    words = make_parts(text, all_layers(text))
    parts = make_parts(unet, attention_layers(unet))
    if layout == "folders":
        write_peft(tmp_path / "lora/unet", parts)
        write_peft(tmp_path / "lora/text_encoder", words)
    else:
        is_kohya = layout == "kohya"
        (tmp_path / "lora").mkdir()
        save_file(
            {
                **tensors_of(parts, kohya_name if is_kohya else diffusers_name),
                **tensors_of(
                    words,
                    lambda layer, part: (
                        kohya_name(layer, part, "lora_te")
                        if is_kohya
                        else diffusers_name(layer, part, "text_encoder")
                    ),
                ),
            },
            tmp_path / "lora/any.safetensors",
        )
    model = load(tiny_model_folder, Lora(str(tmp_path / "lora")))
    scale = ALPHA / RANK if layout == "folders" else 1.0
    for network, changes in ((model.unet, parts), (model.clap.text_encoder, words)):
        plain = unet if network is model.unet else text
        for name, part in changes.items():
            merged = plain.get_submodule(name).weight + scale * part.up @ part.down
            torch.testing.assert_close(network.get_submodule(name).weight, merged)


def test_t5_of_audioldm2_merges(tiny_audioldm2_folder: Path, tmp_path: Path) -> None:
    model = load_model(
        str(tiny_audioldm2_folder),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
    )
    words: Any = model.t5.text_encoder  # type: ignore[attr-defined]  # of this family
    layers = [name for name in all_layers(words) if "SelfAttention" in name]
    parts = make_parts(words, layers)
    merged: Any = load_model(
        str(tiny_audioldm2_folder),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
        loras=[Lora(str(write_peft(tmp_path / "lora", parts)))],
    )
    for name, part in parts.items():
        truth = words.get_submodule(name).weight + ALPHA / RANK * part.up @ part.down
        torch.testing.assert_close(merged.t5.text_encoder.get_submodule(name).weight, truth)


def test_several_loras_add_up_and_weight_zero_changes_nothing(
    tiny_model_folder: Path, tmp_path: Path, unet: Any
) -> None:
    parts = make_parts(unet, attention_layers(unet))
    path = str(write_peft(tmp_path / "lora", parts))
    truth = expected(unet, parts, (0.5 - 0.2) * ALPHA / RANK)
    found = prediction(load(tiny_model_folder, Lora(path, 0.5), Lora(path, -0.2)))
    torch.testing.assert_close(found, truth, rtol=1e-4, atol=1e-4)
    assert same_weights(load(tiny_model_folder, Lora(path, 0.0)), load(tiny_model_folder))


def test_half_precision_rounds_the_sum_once(
    tiny_model_folder: Path, tmp_path: Path, unet: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fast_layers, "use_packed_products", lambda dtype: False)
    parts = make_parts(unet, attention_layers(unet))
    path = write_peft(tmp_path / "lora", parts)
    model = load(tiny_model_folder, Lora(str(path)), dtype=torch.bfloat16)
    predict_once(model.unet)
    for name, part in parts.items():
        wide = unet.get_submodule(name).weight
        merged = (wide + ALPHA / RANK * part.up @ part.down).bfloat16()
        assert torch.equal(model.unet.get_submodule(name).weight, merged)


def test_a_layer_of_another_model_is_named_and_nothing_merges(
    tiny_model_folder: Path, tmp_path: Path, unet: Any
) -> None:
    parts = make_parts(unet, attention_layers(unet))
    far = {f"down_blocks.7.{name}": part for name, part in parts.items()}
    path = write_peft(tmp_path / "lora", {**parts, **far})
    sentence = rf"{len(far)} of its {2 * len(far)} layers are not in the unet, the first is down_bl"
    with pytest.raises(ModelLoadError, match=sentence) as caught:
        load(tiny_model_folder, Lora(str(path)))
    assert str(caught.value).startswith(f"{path}: does not fit this model")


def test_another_width_is_named(tiny_model_folder: Path, tmp_path: Path, unet: Any) -> None:
    name = attention_layers(unet)[0]
    part = make_parts(unet, [name])[name]
    path = write_peft(tmp_path / "lora", {name: Part(part.down[:, 1:], part.up)})
    sentence = r"it changes unet, .*to_q as weights of 16 x 15, and they are 16 x 16 here"
    with pytest.raises(ModelLoadError, match=sentence):
        load(tiny_model_folder, Lora(str(path)))


@pytest.mark.parametrize(
    ("layer", "sentence"),
    [
        ("down_blocks.0.resnets.0.norm1", "is a GroupNorm, and Tessera merges LoRAs of linear"),
        ("down_blocks.0.resnets.0", "is a ResnetBlock2D"),
        ("encoder.block.0.layer.0", "changes the text_encoder_2 of a model, and AudioLDM models"),
    ],
)
def test_what_cannot_be_merged_is_named(
    tiny_model_folder: Path, tmp_path: Path, layer: str, sentence: str
) -> None:
    part = Part(torch.ones(RANK, 8), torch.ones(8, RANK))
    with pytest.raises(ModelLoadError, match=sentence):
        load(tiny_model_folder, Lora(str(write_peft(tmp_path / "lora", {layer: part}))))


def test_a_layer_that_is_named_twice_is_refused(
    tiny_model_folder: Path, tmp_path: Path, unet: Any
) -> None:
    parts = make_parts(unet, attention_layers(unet)[:1])
    tensors = tensors_of(parts, diffusers_name) | tensors_of(parts, kohya_name)
    save_file(tensors, tmp_path / "a.safetensors")
    with pytest.raises(ModelLoadError, match="changes a layer of the unet twice"):
        load(tiny_model_folder, Lora(str(tmp_path / "a.safetensors")))


def test_a_weight_that_overflows_is_refused(
    tiny_model_folder: Path, tmp_path: Path, unet: Any
) -> None:
    path = write_peft(tmp_path / "lora", make_parts(unet, attention_layers(unet)), lora_alpha=1e8)
    with pytest.raises(ModelLoadError, match=r"its weight is too large: unet, .* overflows"):
        load(tiny_model_folder, Lora(str(path), 10.0), dtype=torch.float16)


def test_old_names_of_a_model_do_not_matter(
    tiny_model_folder: Path, tmp_path: Path, unet: Any
) -> None:
    """A folder with an fp16 variant takes the same LoRA as the folder it was made from."""
    folder = shutil.copytree(tiny_model_folder, tmp_path / "model")
    weights_file = folder / "unet/diffusion_pytorch_model.safetensors"
    weights_file.rename(folder / "unet/diffusion_pytorch_model.fp16.safetensors")
    path = Lora(str(write_peft(tmp_path / "lora", make_parts(unet, all_layers(unet)))))
    assert same_weights(load(folder, path), load(tiny_model_folder, path))
