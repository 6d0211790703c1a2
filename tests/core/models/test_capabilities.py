"""What a folder says a model can do is what the loaded model says."""

from pathlib import Path

import pytest
import torch

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.capabilities import read_capabilities
from core.models.folder import open_folder
from core.models.loader import load_model
from tests.tiny_model import build_tiny_token_model


@pytest.mark.parametrize(
    "fixture", ["tiny_model_folder", "tiny_musicldm_folder", "tiny_audioldm2_folder"]
)
def test_a_folder_states_what_the_loaded_model_states(
    request: pytest.FixtureRequest, fixture: str
) -> None:
    folder: Path = request.getfixturevalue(fixture)
    model = load_model(
        str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    assert read_capabilities(open_folder(folder)) == model.capabilities


def test_a_folder_whose_unet_attends_to_tokens_states_that(tmp_path: Path) -> None:
    folder = build_tiny_token_model(tmp_path / "model")
    model = load_model(
        str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    assert read_capabilities(open_folder(folder)) == model.capabilities
    assert model.capabilities.reads_word_order


def test_a_setting_of_the_wrong_kind_is_refused(model_folder: Path) -> None:
    (model_folder / "vocoder/config.json").write_text('{"sampling_rate": "often"}')
    with pytest.raises(ModelLoadError, match="a value of the wrong kind"):
        read_capabilities(open_folder(model_folder))
