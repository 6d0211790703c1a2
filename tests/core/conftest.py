"""What the engine's tests share."""

from pathlib import Path

import pytest
import torch

from tests.tiny_model import build_tiny_model

torch.set_num_threads(1)  # in tiny networks threads wait for each other longer than they work


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in diffusers' format that loads in Tessera; copy it before changing it."""
    return build_tiny_model(tmp_path_factory.mktemp("tiny_model"))
