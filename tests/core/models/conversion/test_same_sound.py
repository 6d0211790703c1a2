"""A model under the originals' names gives the sound of the same model in diffusers' format."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from core.api.config import EngineConfig, TilingConfig
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.engine import Engine
from core.models.capabilities import read_capabilities
from core.models.folder import open_folder, read_json
from core.models.hub.hub import Hub
from core.models.loader import fetch_model
from tests.core.models.cached_model import keep_pickles_only
from tests.original_checkpoints import averaged, original_state
from tests.original_models import FAMILIES, build_model

HEADS = "attention_head_dim"


def sound(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    engine = Engine(EngineConfig(device="cpu", tiling=TilingConfig(tile_frames=64)))
    speaks = read_capabilities(open_folder(folder)).speaks
    request = GenerationRequest(
        prompt="rain",
        transcription="/wˈɪʃ juː, ɐ ɡˈʊd dˈeɪ!/" if speaks else "",
        duration_s=1.0,
        num_inference_steps=2,
        seed=3,
        model=str(folder),
    )
    take = engine.generate(request)
    return np.asarray(take.latents), np.asarray(take.waveform)


@pytest.fixture(scope="module", params=list(FAMILIES))
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_model(request.param, tmp_path_factory.mktemp("model") / request.param)


def _checkpoint(model: Path, folder: Path) -> Path:
    folder.mkdir()
    for tokenizer in model.glob("tokenizer*"):
        shutil.copytree(tokenizer, folder / tokenizer.name)
    return folder / f"{model.name}.ckpt"


def _convert(source: Path, tmp_path: Path) -> Path:
    return fetch_model(str(source), Progress(), Hub(models_folder=tmp_path / "models"))


def test_a_checkpoint_gives_the_same_sound(model: Path, tmp_path: Path) -> None:
    file = _checkpoint(model, tmp_path / "original")
    torch.save({"state_dict": original_state(model, model.name)}, file)
    before = file.read_bytes()
    folder = _convert(file, tmp_path)
    expected, found = sound(model), sound(folder)
    assert np.array_equal(expected[0], found[0])
    assert np.array_equal(expected[1], found[1])
    assert np.abs(found[1]).max() > 0
    assert file.read_bytes() == before
    written = read_json(folder / "model_index.json")
    assert written["_class_name"] == read_json(model / "model_index.json")["_class_name"]
    assert read_json(folder / "unet/config.json")[HEADS] == [1, 2]


def test_pickled_weights_become_the_same_files(model: Path, tmp_path: Path) -> None:
    folder: Path = shutil.copytree(model, tmp_path / "bin")
    keep_pickles_only(folder)
    copy = _convert(folder, tmp_path)
    assert not list(copy.rglob("*.bin"))
    for file in model.rglob("*.*"):
        assert (copy / file.relative_to(model)).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_a_checkpoint_of_lightning_gives_its_average(tmp_path: Path, is_zip: bool) -> None:
    model = build_model("audioldm", tmp_path / "audioldm")
    file = _checkpoint(model, tmp_path / "original")
    content = {
        "epoch": 3,
        "state_dict": averaged(original_state(model, "audioldm")),
        "optimizer_states": [{"state": {0: {"exp_avg": torch.ones(3)}}}],
        "hyper_parameters": _Settings(num_head_channels=32),
        "callbacks": {Path: {"best": Path("a.ckpt"), "score": np.float64(0.5)}},
    }
    torch.save(content, file, _use_new_zipfile_serialization=is_zip)
    copy = _convert(file, tmp_path)
    for weights in model.rglob("*.safetensors"):
        assert (copy / weights.relative_to(model)).read_bytes() == weights.read_bytes()


class _Settings(dict):  # type: ignore[type-arg]
    """Stands for the settings of a library that is not installed."""

    def __reduce__(self) -> tuple[object, ...]:
        return _Settings, (), dict(self)

    def __setstate__(self, state: dict[str, object]) -> None:
        self.update(state)
