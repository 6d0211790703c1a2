"""Devices to test on, one kind after the other, and a model with short windows."""

import gc
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.devices.machine import KINDS, device_of
from tests.core.devices.stand_in import StandIn
from tests.tiny_families import build_tiny_audioldm_t5
from tests.tiny_model import build_tiny_token_model, reconstruct_phases
from tests.tiny_speech import build_tiny_speech


@pytest.fixture(scope="package", autouse=True)
def quick_collections() -> Iterator[None]:
    """Leave out of every collection what was there before: so many tensors come and go."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.fixture(params=KINDS)
def stand_in(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    """Each kind of device in turn."""
    yield from device_of(request.param)


@pytest.fixture
def mps() -> Iterator[StandIn]:
    """Apple's."""
    yield from device_of("mps")


@pytest.fixture
def cuda() -> Iterator[StandIn]:
    """NVIDIA's."""
    yield from device_of("cuda")


@pytest.fixture(scope="session")
def model(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AudioLDM with windows of 0.64 s."""
    return with_short_windows(tiny_model_folder, tmp_path_factory.mktemp("short"))


@pytest.fixture(scope="session")
def tiny_bundled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model's kind: tokens of the prompt are attended to, phases are reconstructed."""
    folder = build_tiny_token_model(tmp_path_factory.mktemp("bundled"))
    reconstruct_phases(folder, n_iter=2)
    return folder


@pytest.fixture(scope="session")
def tiny_t5_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AudioLDM that reads its prompt with T5 alone."""
    return build_tiny_audioldm_t5(tmp_path_factory.mktemp("t5"))


@pytest.fixture(scope="session")
def tiny_speech_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """AudioLDM2 that speaks."""
    return build_tiny_speech(tmp_path_factory.mktemp("speech") / "model")


def with_short_windows(folder: Path, place: Path) -> Path:
    """A copy of a model that says that it was trained on 0.64 s."""
    copied = Path(shutil.copytree(folder, place / "model"))
    (copied / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    return copied
