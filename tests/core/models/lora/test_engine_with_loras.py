"""Takes with LoRAs: what changes, what comes back, and what is kept in their settings."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel

from core.api.config import EngineConfig
from core.api.edit import Edit, EditKind
from core.api.errors import ModelLoadError
from core.api.lora import Lora
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Take
from core.diffusion.run_checkpoint import identity_of
from core.engine import Engine
from tests.core.models.lora.tiny_lora import attention_layers, make_parts, write_peft


@pytest.fixture
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu"))


@pytest.fixture
def lora(tiny_model_folder: Path, tmp_path: Path) -> Path:
    path = tiny_model_folder / "unet"
    unet: Any = UNet2DConditionModel.from_pretrained(path, low_cpu_mem_usage=False)
    return write_peft(tmp_path / "lora", make_parts(unet, attention_layers(unet)))


@pytest.fixture
def request_(tiny_model_folder: Path) -> GenerationRequest:
    return GenerationRequest(
        prompt="rain",
        duration_s=1.0,
        num_inference_steps=2,
        seed=3,
        model=str(tiny_model_folder),
    )


def are_equal(one: Take, other: Take) -> bool:
    return np.array_equal(one.latents, other.latents) and np.array_equal(
        one.waveform, other.waveform
    )


def test_a_lora_changes_the_sound_and_leaves_nothing_behind(
    engine: Engine, request_: GenerationRequest, lora: Path
) -> None:
    plain = engine.generate(request_)
    changed = engine.generate(replace(request_, loras=(Lora(str(lora)),)))
    assert not are_equal(plain, changed)
    assert not are_equal(changed, engine.generate(replace(request_, loras=(Lora(str(lora), 0.5),))))
    assert are_equal(plain, engine.generate(request_))


def test_settings_that_were_written_make_the_same_sound_again(
    engine: Engine, request_: GenerationRequest, lora: Path
) -> None:
    take = engine.generate(replace(request_, loras=(Lora(str(lora), 0.7),)))
    restored = GenerationRequest.from_dict(json.loads(json.dumps(take.request.to_dict())))
    assert are_equal(take, engine.generate(restored))


def test_an_edit_uses_the_loras_of_its_take(
    engine: Engine, request_: GenerationRequest, lora: Path
) -> None:
    request = replace(request_, loras=(Lora(str(lora)),))
    edit = Edit(kind=EditKind.CONTINUE_RIGHT, added_s=0.5, seed=5)
    take = engine.generate(request)
    engine.generate(request_)  # another model is loaded in between
    edited = engine.edit(take, edit)
    assert edited.request.loras == request.loras
    assert are_equal(edited, engine.generate(replace(request, edits=(edit,))))


def test_the_model_stays_while_the_loras_and_their_files_do(
    engine: Engine, request_: GenerationRequest, lora: Path
) -> None:
    loras = (Lora(str(lora)),)
    model = engine.load(request_.model, Progress(), loras)
    assert engine.load(request_.model, Progress(), loras) is model
    assert engine.estimate(request_) is None
    assert engine.estimate(replace(request_, loras=loras)) is not None
    config = lora / "adapter_config.json"
    config.write_text(config.read_text() + "\n")
    assert engine.load(request_.model, Progress(), loras) is not model


def test_a_run_goes_on_only_with_the_same_loras(request_: GenerationRequest, lora: Path) -> None:
    def identity(*loras: Lora) -> str:
        request = replace(request_, loras=loras)
        device = torch.device("cpu")
        return json.dumps(identity_of(request, EngineConfig(), device, torch.float32))

    plain, whole = identity(), identity(Lora(str(lora)))
    assert len({plain, whole, identity(Lora(str(lora), 0.5))}) == 3
    config = lora / "adapter_config.json"
    config.write_text(config.read_text() + "\n")
    assert identity(Lora(str(lora))) != whole


def test_a_missing_lora_is_a_sentence_and_the_engine_goes_on(
    engine: Engine, request_: GenerationRequest, tmp_path: Path
) -> None:
    missing = Lora(str(tmp_path / "none.safetensors"))
    with pytest.raises(ModelLoadError, match=r"none\.safetensors: there is no such file"):
        engine.generate(replace(request_, loras=(missing,)))
    assert engine.generate(request_).waveform.size
