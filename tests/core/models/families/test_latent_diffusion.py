import json
import shutil
from pathlib import Path

import pytest
import torch

from core.api.model_card import Capabilities
from core.api.progress import Progress
from core.models.loader import load_model
from tests.tiny_model import reconstruct_phases


def capabilities_of(folder: Path) -> Capabilities:
    model = load_model(
        str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    return model.capabilities


@pytest.mark.parametrize(
    ("fixture", "reads_word_order"),
    [
        ("tiny_model_folder", False),
        ("tiny_musicldm_folder", False),
        ("tiny_audioldm2_folder", True),
    ],
)
def test_each_family_says_how_it_reads(
    request: pytest.FixtureRequest, fixture: str, reads_word_order: bool
) -> None:
    capabilities = capabilities_of(request.getfixturevalue(fixture))
    assert capabilities.reads_word_order is reads_word_order
    assert capabilities.audio_to_audio
    assert any("order" in sentence for sentence in capabilities.limits) is not reads_word_order


def test_the_limits_name_every_thing_that_cannot_be_done() -> None:
    least = Capabilities(max_prompt_tokens=30, reads_word_order=False, audio_to_audio=False)
    most = Capabilities(max_prompt_tokens=510, reads_word_order=True, audio_to_audio=True)
    assert most.limits == ("Reads the first 510 tokens of a prompt.",)
    assert len(least.limits) == 3
    assert "Cannot start from a sound" in least.limits[2]


def test_a_vocoder_of_other_rates_leaves_the_mel_unknown(
    tiny_model_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_model_folder, tmp_path / "model")
    config = folder / "vocoder/config.json"
    config.write_text(json.dumps({**json.loads(config.read_text()), "sampling_rate": 48000}))
    assert not capabilities_of(folder).audio_to_audio


def test_a_vocoder_may_state_its_mel_spectrogram(tiny_model_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_model_folder, tmp_path / "model")
    reconstruct_phases(folder, sampling_rate=24000, hop_length=240)
    assert capabilities_of(folder).audio_to_audio
