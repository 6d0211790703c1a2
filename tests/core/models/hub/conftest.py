"""The tiny model on a stand-in for the hub."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.models.hub import download
from core.models.hub.hub import Hub
from tests.core.models.local_hub import SOURCE, LocalHub, serve

UNET = "unet/diffusion_pytorch_model.safetensors"


@pytest.fixture
def server(model_folder: Path) -> Iterator[LocalHub]:
    """The tiny model on the hub, with the twins and extras of a real repository."""
    shutil.copy(model_folder / UNET, model_folder / "unet/diffusion_pytorch_model.bin")
    (model_folder / "README.md").write_text("# A model")
    (model_folder / "unet/diffusion_pytorch_model.fp16.safetensors").write_bytes(b"twin")
    with serve(SOURCE, model_folder) as running:
        yield running


@pytest.fixture
def hub(server: LocalHub, tmp_path: Path) -> Hub:
    return Hub(endpoint=server.endpoint, models_folder=tmp_path / "downloads")


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(download, "CHUNK_BYTES", 20_000)
