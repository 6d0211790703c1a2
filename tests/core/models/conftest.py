"""A tiny model that a test may break."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def model_folder(tiny_model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny model's folder."""
    folder: Path = shutil.copytree(tiny_model_folder, tmp_path / "model")
    return folder
