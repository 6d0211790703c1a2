"""What the engine's tests share."""

from pathlib import Path

import pytest

from tests.tiny_model import build_tiny_model


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in diffusers' format that loads in Tessera; copy it before changing it."""
    return build_tiny_model(tmp_path_factory.mktemp("tiny_model"))
