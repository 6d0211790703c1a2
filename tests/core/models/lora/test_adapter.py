"""Reading a LoRA: what is there is found, and what cannot be merged is a sentence."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from core.api.errors import ModelLoadError
from core.api.lora import Lora
from core.api.progress import Progress
from core.models.lora.adapter import Adapter, read_adapter
from core.models.lora.adapter_file import find_adapter_files, lora_states
from core.models.lora.adapter_names import LayerName, Role, parse_name
from core.models.lora.scaling import Scaling
from tests.core.models.cached_model import put_into_cache
from tests.core.models.lora.tiny_lora import RANK, Part, write_peft

LAYER = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
PART = Part(torch.ones(RANK, 16), torch.ones(16, RANK))
WEIGHTS = "adapter_model.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_peft(tmp_path / "lora", {LAYER: PART})


def read(path: Path) -> Adapter:
    return read_adapter(Lora(str(path)), Progress())


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("base_model.model.down_blocks.0.to_q.lora_A.weight", "down_blocks.0.to_q"),
        ("base_model.model.down_blocks.0.to_q.lora_A.default.weight", "down_blocks.0.to_q"),
        ("unet.mid_block.to_k.lora_A.weight", "mid_block.to_k"),
        ("unet.mid_block.to_k.lora.down.weight", "mid_block.to_k"),
        ("mid_block.attn1.processor.to_v_lora.down.weight", "mid_block.attn1.to_v"),
        ("unet.mid_block.attn1.processor.to_out_lora.down.weight", "mid_block.attn1.to_out.0"),
        ("unet.mid_block.to_q.lora_linear_layer.down.weight", "mid_block.to_q"),
    ],
)
def test_the_names_of_every_program_mean_a_layer(name: str, layer: str) -> None:
    assert parse_name(name) == (LayerName("unet", layer), Role.DOWN)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("transformer.layers.3.self_attn.to_q.lora_A.weight", "layers.3.self_attn.to_q"),
        ("base_model.model.layers.3.cross_attn.q_proj.lora_A.weight", "layers.3.cross_attn.to_q"),
        ("base_model.model.layers.3.self_attn.o_proj.lora_A.weight", "layers.3.self_attn.to_out.0"),
        ("transformer_blocks.0.attn1.to_k.lora_A.weight", "transformer_blocks.0.attn1.to_k"),
    ],
)
def test_transformers_are_adapted_too(name: str, layer: str) -> None:
    assert parse_name(name) == (LayerName("transformer", layer), Role.DOWN)


@pytest.mark.parametrize(
    "name", ["unet.mid_block.attn1.to_q.alpha", "mid_block.attn1.processor.to_q_lora.alpha"]
)
def test_an_alpha_belongs_to_its_layer(name: str) -> None:
    assert parse_name(name) == (LayerName("unet", "mid_block.attn1.to_q"), Role.ALPHA)


@pytest.mark.parametrize(
    ("name", "component", "layer"),
    [
        ("lora_unet_mid_block_attn1_to_q.lora_up.weight", "unet", "mid_block_attn1_to_q"),
        ("lora_te_text_model_pooler.lora_up.weight", "text_encoder", "text_model_pooler"),
        ("lora_te1_text_model_pooler.lora_up.weight", "text_encoder", "text_model_pooler"),
        ("lora_te2_encoder_block_0.lora_up.weight", "text_encoder_2", "encoder_block_0"),
    ],
)
def test_kohyas_names_have_underscores_for_points(name: str, component: str, layer: str) -> None:
    assert parse_name(name) == (LayerName(component, layer, is_flat=True), Role.UP)


@pytest.mark.parametrize(
    "name",
    [
        "lora_unet_mid_block.hada_w1_a",
        "unet.mid_block.to_q.lora_magnitude_vector",
        "base_model.model.mid_block.to_q.base_layer.weight",
        "unet.mid_block.to_q.lora_B.bias",
        "lora_unet_mid_block.lora_mid.weight",
        "prior.blocks.0.to_q.lora_A.weight",
        "weight",
        "",
    ],
)
def test_other_tensors_are_refused(folder: Path, name: str) -> None:
    assert parse_name(name) is None
    save_file({**load_file(folder / WEIGHTS), name or "x": torch.ones(2)}, folder / WEIGHTS)
    with pytest.raises(ModelLoadError, match="which belongs to no plain LoRA of a denoiser"):
        read(folder)


def test_a_lora_is_found_in_every_place(folder: Path, tmp_path: Path) -> None:
    expected = read(folder).changes.keys()
    assert expected == {LayerName("unet", LAYER)}
    assert read(folder / WEIGHTS).changes.keys() == expected
    snapshot = put_into_cache(folder, tmp_path / "cache", "someone/lora")
    assert read(snapshot).changes.keys() == expected
    assert read(snapshot.parents[1]).changes.keys() == expected


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ([], "holds no LoRA"),
        (["optimizer.txt"], r"holds no LoRA \(no file that ends in \.safetensors, \.ckpt, "),
        (["a.bin", "b.pt"], r"several LoRAs \(a\.bin, b\.pt, …\)"),
        (
            ["a.safetensors", "b.safetensors"],
            r"several LoRAs \(a\.safetensors, b\.safetensors, …\)",
        ),
    ],
)
def test_a_folder_without_one_lora_says_so(tmp_path: Path, names: list[str], sentence: str) -> None:
    for name in names:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ModelLoadError, match=sentence):
        find_adapter_files(str(tmp_path))


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("missing.safetensors", "there is no such file or folder"),
        ("adapter.txt", r"has to end in \.safetensors, \.ckpt, \.pth, \.pt or \.bin"),
        ("x" * 3000, "cannot be read; check the path"),
        ("models--" + "x" * 3000, "cannot be read; check the path"),
        ("~nobody-of-this-name/lora", "cannot be read; check the path"),
    ],
)
def test_a_file_that_is_no_lora_says_so(tmp_path: Path, name: str, sentence: str) -> None:
    if name.startswith("adapter"):
        (tmp_path / name).write_bytes(b"")
    source = name if name.startswith("~") else str(tmp_path / name)
    with pytest.raises(ModelLoadError, match=sentence):
        find_adapter_files(source)
    assert len(lora_states([Lora(source)])) == 0


def test_settings_of_peft_are_needed(folder: Path) -> None:
    (folder / "adapter_config.json").unlink()
    with pytest.raises(ModelLoadError, match=r"adapter_config\.json is missing beside it"):
        read(folder)


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"peft_type": "LOHA"}, "ask for LOHA, and Tessera merges plain LoRAs only"),
        ({"use_dora": True}, "ask for DoRA"),
        ({"layer_replication": [[0, 4]]}, "ask for repeated layers"),
        ({"init_lora_weights": "pissa_niter_4"}, "began with pissa_niter_4, which changes the"),
        ({"r": 8}, f"say rank 8, but {LAYER} has rank {RANK}"),
        ({"r": 0}, "hold the rank 0"),
        ({"r": True}, "hold the rank True"),
        ({"r": "8"}, "hold the rank '8'"),
        ({"lora_alpha": "x"}, "hold the alpha 'x'"),
        ({"lora_alpha": 1e300}, r"hold the alpha 1e\+300"),
        ({"rank_pattern": {"(a+)+$": 4}}, r"by the pattern \(a\+\)\+\$, which Tessera does not"),
        ({"rank_pattern": [1]}, "hold no values by name as rank_pattern"),
        ({"alpha_pattern": {"to_q": None}}, "hold the alpha None"),
    ],
)
def test_settings_that_cannot_be_used_are_a_sentence(
    tmp_path: Path, config: dict[str, Any], sentence: str
) -> None:
    folder = write_peft(tmp_path / "lora", {LAYER: PART}, **config)
    with pytest.raises(ModelLoadError, match=f"its settings .*{sentence}"):
        read(folder)


@pytest.mark.parametrize("text", ["", "[1]", "{", "\x00", '{"r": NaN}'])
def test_damaged_settings_are_a_sentence(folder: Path, text: str) -> None:
    (folder / "adapter_config.json").write_text(text)
    with pytest.raises(ModelLoadError):
        read(folder)


def test_damaged_tensors_are_a_sentence(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    for damaged in (b"", content[:-1], content[:20], b"\x80\x02}" + content):
        (folder / WEIGHTS).write_bytes(damaged)
        with pytest.raises(ModelLoadError):
            read(folder)


@pytest.mark.parametrize(
    ("part", "values", "sentence"),
    [
        ("A", torch.full((RANK, 16), torch.nan), "that are not finite numbers"),
        ("B", torch.full((16, RANK), torch.inf), "that are not finite numbers"),
        ("B", torch.ones(16, RANK + 1), "that do not belong together"),
        ("B", torch.ones(16), "that do not belong together"),
        ("A", torch.ones(0, 16), "that do not belong together"),
    ],
)
def test_parts_that_cannot_be_used_are_a_sentence(
    folder: Path, part: str, values: torch.Tensor, sentence: str
) -> None:
    name = f"base_model.model.{LAYER}.lora_{part}.weight"
    save_file({**load_file(folder / WEIGHTS), name: values}, folder / WEIGHTS)
    with pytest.raises(ModelLoadError, match=sentence):
        read(folder)


def test_half_of_a_pair_is_a_sentence(folder: Path) -> None:
    tensors = load_file(folder / WEIGHTS)
    tensors.popitem()
    save_file(tensors, folder / WEIGHTS)
    with pytest.raises(ModelLoadError, match=f"it lacks a part of {LAYER}"):
        read(folder)


@pytest.mark.parametrize(
    ("pattern", "alpha"),
    [
        ({"to_q": 2}, 2),
        ({"0.attn1.to_q": 2}, 2),
        ({LAYER: 2}, 2),
        ({f"^{LAYER}$": 2}, 2),
        ({"^to_q": 2}, 8),
        ({"o_q": 2}, 8),
        ({"to_k": 2}, 8),
    ],
)
def test_patterns_match_the_ends_of_names_as_in_peft(pattern: dict[str, int], alpha: float) -> None:
    scaling = Scaling.from_config({"r": RANK, "lora_alpha": 8, "alpha_pattern": pattern})
    assert scaling.factor(LAYER, RANK) == alpha / RANK


def test_an_alpha_in_the_file_comes_first() -> None:
    assert Scaling(lora_alpha=100.0).factor(LAYER, 4, alpha=2.0) == 0.5
    assert Scaling().factor(LAYER, 4) == 1.0


def test_the_state_of_a_lora_changes_with_its_files(folder: Path, tmp_path: Path) -> None:
    loras = (Lora(str(folder)), Lora(str(tmp_path / "missing")))
    before = lora_states(loras)
    assert lora_states(loras) == before
    (folder / "adapter_config.json").write_text(json.dumps({"r": RANK, "lora_alpha": 123456}))
    assert lora_states(loras) != before
