"""A model's folder from a stranger: a sentence for each, and the other models stay listed."""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.diffusion.prompts import encode_prompts
from core.models.hub.hub import Hub
from core.models.loader import load_model
from core.models.model_store import ModelStore
from tests.core.models.changed_settings import change

WITH_FIFOS = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no FIFOs in folders")
DEEP = '{"a":' * 100_000


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(Hub(models_folder=tmp_path / "downloads"))


def load(folder: Path) -> None:
    """Load a model and encode a prompt: some settings of text encoders show only then."""
    model = load_model(
        str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    encode_prompts(model, GenerationRequest(prompt="rain", model=str(folder)), Progress())


@pytest.mark.parametrize(
    "name",
    [
        "model_index.json",
        "vae/config.json",
        "text_encoder/config.json",
        "tokenizer/tokenizer_config.json",
        "scheduler/scheduler_config.json",
        "tessera.json",
        "concepts.json",
    ],
)
@pytest.mark.parametrize("text", [DEEP, "[]", "", "\udcff", "9" * 5000, '{"_class_name": 7}'])
def test_a_file_of_no_use_is_a_problem_of_one_model(
    store: ModelStore, model_folder: Path, name: str, text: str
) -> None:
    (model_folder / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    models = {model.source: model for model in store.list_models((str(model_folder),))}
    assert models["bundled"].is_usable
    assert str(model_folder) in models


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("tessera.json", {"window_frames": float("inf")}),
        ("tessera.json", {"window_frames": 10**30}),
        ("tessera.json", {"guidance_scale": float("nan")}),
        ("tessera.json", {"guidance_scale": float("inf")}),
        ("tessera.json", {"num_inference_steps": -5}),
        ("tessera.json", {"concepts": 5}),
        ("tokenizer/tokenizer_config.json", {"model_max_length": float("inf")}),
        ("tokenizer/tokenizer_config.json", {"model_max_length": 1}),
        ("text_encoder/config.json", {"max_position_embeddings": [1]}),
        ("text_encoder/config.json", {"architectures": "ClapModel"}),
        ("vocoder/config.json", {"upsample_rates": "fast"}),
        ("vocoder/config.json", {"sampling_rate": float("-inf")}),
    ],
)
def test_a_value_of_no_use_is_a_problem_in_words(
    store: ModelStore, model_folder: Path, name: str, values: dict[str, Any]
) -> None:
    change(model_folder, name, **values)
    described = store.describe(str(model_folder))
    assert described.problem
    assert described.card is None
    with pytest.raises(ModelLoadError):
        load(model_folder)


def test_words_of_a_card_are_one_short_line(store: ModelStore, model_folder: Path) -> None:
    change(model_folder, "tessera.json", name="a\nb\ud800" + "x" * 100_000, description=["c"])
    described = store.describe(str(model_folder))
    assert described.name.startswith("a b?x")
    assert len(described.name) <= 1000


@WITH_FIFOS
@pytest.mark.parametrize(
    "name", ["README.md", "tessera.json", "concepts.json", "vae/config.json", "tokenizer/x.jinja"]
)
def test_a_fifo_in_a_model_keeps_nothing_waiting(
    store: ModelStore, model_folder: Path, name: str
) -> None:
    (model_folder / name).unlink(missing_ok=True)
    os.mkfifo(model_folder / name)
    described = store.describe(str(model_folder))
    assert described.text == ""
    assert bool(described.problem) == ("/" in name)


@WITH_FIFOS
def test_an_endless_read_me_is_not_read(store: ModelStore, model_folder: Path) -> None:
    (model_folder / "README.md").symlink_to("/dev/zero")
    assert store.describe(str(model_folder)).text == ""


def test_a_long_read_me_is_cut(store: ModelStore, model_folder: Path) -> None:
    with (model_folder / "README.md").open("wb") as file:
        file.truncate(1 << 33)
    assert len(store.describe(str(model_folder)).text) <= 100_000


@pytest.mark.parametrize(
    "values",
    [
        {"num_hidden_layers": 10**9},
        {"num_hidden_layers": True},
        {"hidden_size": 10**12},
        {"num_attention_heads": 0},
        {"num_attention_heads": 7},
        {"layer_norm_eps": "small"},
        {"layer_norm_eps": float("nan")},
        {"hidden_act": "os.system"},
        {"projection_dim": 3},
        {"type_vocab_size": 0},
        {"max_position_embeddings": -1},
    ],
)
def test_a_changed_text_encoder_is_a_sentence(model_folder: Path, values: dict[str, Any]) -> None:
    change(model_folder, "text_encoder/config.json", **values)
    with pytest.raises(ModelLoadError):
        load(model_folder)


@pytest.mark.parametrize("values", [{"pad_token_id": 10**6}, {"vocab_size": 2}])
def test_a_changed_vocabulary_is_a_sentence(
    model_folder: Path, expect_log: Callable[[str], None], values: dict[str, Any]
) -> None:
    expect_log("Model config")
    change(model_folder, "text_encoder/config.json", **values)
    with pytest.raises(ModelLoadError):
        load(model_folder)


@pytest.mark.parametrize(
    "values",
    [
        {"num_train_timesteps": "many"},
        {"beta_start": float("nan")},
        {"beta_end": -1},
        {"beta_schedule": "steep"},
        {"prediction_type": 7},
        {"trained_betas": [0.1] * 200_000},
        {"trained_betas": ["a"]},
    ],
)
def test_a_changed_noise_schedule_is_a_sentence(model_folder: Path, values: dict[str, Any]) -> None:
    change(model_folder, "scheduler/scheduler_config.json", **values)
    with pytest.raises(ModelLoadError):
        load(model_folder)


@pytest.mark.parametrize("component", ["unet", "vae", "vocoder", "scheduler"])
def test_changed_networks_are_a_sentence(model_folder: Path, component: str) -> None:
    name = "scheduler_config.json" if component == "scheduler" else "config.json"
    values = {
        "unet": {"layers_per_block": 10**9},
        "vae": {"layers_per_block": [10**9]},
        "vocoder": {"upsample_rates": "fast"},
        "scheduler": {"num_train_timesteps": 10**12},
    }
    change(model_folder, f"{component}/{name}", **values[component])
    with pytest.raises(ModelLoadError):
        load(model_folder)


def entry(**values: Any) -> Callable[[dict[str, Any]], dict[str, Any]]:
    return lambda header: {name: {**tensor, **values} for name, tensor in header.items()}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda header: {
            name: {key: value for key, value in tensor.items() if key != "dtype"}
            for name, tensor in header.items()
        },
        entry(dtype="F99"),
        entry(dtype=7),
        entry(shape=[2**50, 0]),
        entry(shape=["a"]),
        entry(shape=[-1, -1]),
        entry(shape=7),
        entry(data_offsets=["a", "b"]),
        entry(data_offsets=[0]),
        entry(data_offsets=[0, 1.5]),
        lambda header: {"x": []},
    ],
)
def test_a_changed_header_of_weights_is_a_sentence(
    model_folder: Path, spoil: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    path = next((model_folder / "vae").glob("*.safetensors"))
    content = path.read_bytes()
    size = int.from_bytes(content[:8], "little")
    header = {k: v for k, v in json.loads(content[8 : 8 + size]).items() if k != "__metadata__"}
    text = json.dumps(spoil(header)).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + content[8 + size :])
    with pytest.raises(ModelLoadError):
        load(model_folder)
