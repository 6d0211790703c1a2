"""What the engine's tests share."""

from pathlib import Path

import pytest
import torch

from tests.tiny_families import build_tiny_audioldm2, build_tiny_musicldm
from tests.tiny_model import build_tiny_model

torch.set_num_threads(1)  # in tiny networks threads wait for each other longer than they work


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in diffusers' format that loads in Tessera; copy it before changing it."""
    return build_tiny_model(tmp_path_factory.mktemp("tiny_model"))


@pytest.fixture(scope="session")
def tiny_audioldm2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for AudioLDM2."""
    return build_tiny_audioldm2(tmp_path_factory.mktemp("tiny_audioldm2"))


@pytest.fixture(scope="session")
def tiny_musicldm_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for MusicLDM."""
    return build_tiny_musicldm(tmp_path_factory.mktemp("tiny_musicldm"))
