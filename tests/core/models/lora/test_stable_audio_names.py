"""LoRAs of a Stable Audio denoiser, by diffusers' names and by those of Stability's programs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.models.transformers.stable_audio_transformer import StableAudioDiTModel
from safetensors.torch import save_file
from torch import Tensor

from core.api.errors import ModelLoadError
from core.api.lora import Lora
from core.api.progress import Progress
from core.models.families.stable_audio import StableAudio
from core.models.loader import load_model
from core.models.lora.stable_audio_names import diffusers_layer, joined_layers
from tests.core.models.lora.tiny_lora import (
    ALPHA,
    RANK,
    attention_layers,
    diffusers_name,
    kohya_name,
    lora_layers,
    make_parts,
    tensors_of,
    write_peft,
)

JOINED = "transformer.layers.1.self_attn.to_qkv"
OTHERS = {
    "transformer.layers.0.cross_attn.to_q": "transformer_blocks.0.attn2.to_q",
    "transformer.layers.0.cross_attn.to_out": "transformer_blocks.0.attn2.to_out.0",
    "transformer.layers.1.ff.ff.0.proj": "transformer_blocks.1.ff.net.0.proj",
    "transformer.layers.1.ff.ff.2": "transformer_blocks.1.ff.net.2",
    "transformer.project_in": "proj_in",
    "to_timestep_embed.0": "timestep_proj.0",
    "to_global_embed.2": "global_proj.2",
    "to_cond_embed.0": "cross_attention_proj.0",
}


@pytest.fixture(scope="module")
def network(tiny_stable_audio_folder: Path) -> StableAudioDiTModel:
    folder = tiny_stable_audio_folder / "transformer"
    return StableAudioDiTModel.from_pretrained(folder, low_cpu_mem_usage=False).eval()


def load(folder: Path, lora: Path, weight: float = 1.0) -> StableAudio:
    model: Any = load_model(
        str(folder),
        device=torch.device("cpu"),
        dtype=torch.float32,
        progress=Progress(),
        loras=(Lora(str(lora), weight),),
    )
    return model


def write(file: Path, tensors: Mapping[str, Tensor], **settings: object) -> Path:
    """A file of stable-audio-tools."""
    save_file(dict(tensors), file, {"lora_config": json.dumps(settings)} if settings else None)
    return file


def tools_name(layer: str, part: str) -> str:
    return f"model.{layer}.parametrizations.weight.0.lora_{part}"


def loraw_name(layer: str, part: str) -> str:
    end = "down" if part == "A" else "up"
    return f"model/model/{layer.replace('.', '/')}/lora_{end}.weight"


@torch.inference_mode()
def predicted(network: Any) -> Tensor:
    generator = torch.Generator().manual_seed(1)
    latents, words, place = (
        torch.randn(*shape, generator=generator) for shape in ((1, 4, 40), (1, 3, 16), (1, 1, 32))
    )
    rotary = torch.ones(41, 4), torch.zeros(41, 4)
    prediction: Tensor = network(
        latents,
        torch.tensor([0.5]),
        encoder_hidden_states=words,
        global_hidden_states=place,
        rotary_embedding=rotary,
        return_dict=False,
    )[0]
    return prediction


@pytest.mark.parametrize("layout", ["peft", "diffusers", "kohya"])
def test_it_predicts_what_layers_of_peft_predict(
    tiny_stable_audio_folder: Path, network: StableAudioDiTModel, tmp_path: Path, layout: str
) -> None:
    parts, factor = make_parts(network, attention_layers(network)), ALPHA / RANK
    match layout:
        case "peft":
            lora = write_peft(tmp_path / "lora", parts)
        case "diffusers":
            names = tensors_of(parts, lambda *each: diffusers_name(*each, "transformer"))
            lora, factor = write(tmp_path / "lora.safetensors", names), 1.0
        case _:
            names = tensors_of(parts, lambda *each: kohya_name(*each, "lora_transformer"), ALPHA)
            lora = write(tmp_path / "lora.safetensors", names)
    merged = predicted(load(tiny_stable_audio_folder, lora, weight=0.5).transformer)
    with lora_layers(network, parts, 0.5 * factor):
        torch.testing.assert_close(merged, predicted(network), atol=1e-5, rtol=1e-5)
    assert not torch.allclose(merged, predicted(network), atol=1e-4)


@pytest.mark.parametrize("namer", [tools_name, loraw_name])
def test_what_stability_joins_is_taken_apart(
    tiny_stable_audio_folder: Path, network: StableAudioDiTModel, tmp_path: Path, namer: Any
) -> None:
    own = joined_layers(diffusers_layer(JOINED) or "")
    weights = [network.get_submodule(name).get_parameter("weight") for name in own]
    generator = torch.Generator().manual_seed(3)
    down = torch.randn(RANK, weights[0].shape[1], generator=generator)
    up = torch.randn(sum(map(len, weights)), RANK, generator=generator)
    tensors = {namer(JOINED, "A"): down, namer(JOINED, "B"): up}
    settings = {"alpha": ALPHA, "rank": RANK} if namer is tools_name else {}
    lora = write(tmp_path / "lora.safetensors", tensors, **settings)
    transformer = load(tiny_stable_audio_folder, lora).transformer
    found = torch.cat([transformer.get_submodule(name).weight for name in own])
    factor = ALPHA / RANK if settings else 1.0
    torch.testing.assert_close(found, torch.cat(weights) + factor * up @ down)


@pytest.mark.parametrize(("theirs", "own"), OTHERS.items())
def test_every_other_layer_has_its_own_name(
    network: StableAudioDiTModel, theirs: str, own: str
) -> None:
    assert diffusers_layer(f"model.model.{theirs}") == own
    assert joined_layers(own) == (own,)
    assert own in dict(network.named_modules())


def test_what_is_no_plain_lora_is_refused(tiny_stable_audio_folder: Path, tmp_path: Path) -> None:
    tensors = {tools_name(JOINED, part): torch.ones(4, 4) for part in "AB"}
    lora = write(tmp_path / "lora.safetensors", tensors, adapter_type="dora-rows")
    with pytest.raises(ModelLoadError, match="ask for DORA-ROWS"):
        load(tiny_stable_audio_folder, lora)


def test_a_pickle_without_its_settings_is_refused(
    tiny_stable_audio_folder: Path, tmp_path: Path
) -> None:
    lora = tmp_path / "lora.ckpt"
    tensors = {tools_name(JOINED, part): torch.ones(4, 4) for part in "AB"}
    torch.save({"state_dict": tensors, "lora_config": {"alpha": 8}}, lora)
    with pytest.raises(ModelLoadError, match="convert it to safetensors"):
        load(tiny_stable_audio_folder, lora)
