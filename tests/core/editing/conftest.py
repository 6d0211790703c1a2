import json
import shutil
from pathlib import Path

import pytest

from core.api.config import EngineConfig, TilingConfig
from core.api.take import Take
from core.engine import Engine
from tests.core.editing.tiny_edits import WINDOW_FRAMES, request_for


@pytest.fixture(scope="module")
def folder(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model, trained on short clips as it says."""
    folder = tmp_path_factory.mktemp("short") / "model"
    shutil.copytree(tiny_model_folder, folder)
    (folder / "tessera.json").write_text(json.dumps({"window_frames": WINDOW_FRAMES}))
    return folder


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine(EngineConfig(device="cpu", tiling=TilingConfig(tile_frames=64)))


@pytest.fixture(scope="module")
def take(engine: Engine, folder: Path) -> Take:
    """Three seconds, made in several windows."""
    return engine.generate(request_for(folder))
