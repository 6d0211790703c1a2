import shutil
from pathlib import Path

import pytest
import torch
from diffusers import MusicLDMPipeline
from safetensors.torch import load_file, save_file

from core.api.errors import ModelLoadError
from core.api.progress import Progress
from core.models.families.musicldm import MusicLdm
from core.models.loader import load_model
from tests.stock_pipelines import stock_musicldm
from tests.tiny_model import build_tiny_model

CLAP = "text_encoder/model.safetensors"


def load(folder: Path) -> MusicLdm:
    loaded = load_model(
        str(folder), device=torch.device("cpu"), dtype=torch.float32, progress=Progress()
    )
    assert isinstance(loaded, MusicLdm)
    return loaded


@pytest.fixture(scope="module")
def model(tiny_musicldm_folder: Path) -> MusicLdm:
    return load(tiny_musicldm_folder)


@pytest.fixture(scope="module")
def pipeline(tiny_musicldm_folder: Path) -> MusicLDMPipeline:
    return stock_musicldm(tiny_musicldm_folder)


@pytest.mark.parametrize(
    ("prompt", "negative"), [("church organ", "rain"), ("", "rain"), ("a", "")]
)
def test_prompts_are_read_as_the_pipeline_reads_them(
    model: MusicLdm, pipeline: MusicLDMPipeline, prompt: str, negative: str
) -> None:
    with torch.inference_mode():
        theirs = pipeline._encode_prompt(prompt, "cpu", 1, True, negative)  # it has no public one
    conditioning = model.encode_prompt(prompt, negative)
    ours = torch.cat([conditioning.negative["class_labels"], conditioning.positive["class_labels"]])
    torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)


def test_the_audio_half_of_clap_is_neither_kept_nor_needed(
    model: MusicLdm, tiny_musicldm_folder: Path, tmp_path: Path
) -> None:
    assert not hasattr(model.clap.text_encoder, "audio_model")
    folder = shutil.copytree(tiny_musicldm_folder, tmp_path / "model")
    tensors = load_file(folder / CLAP)
    text = {name: value for name, value in tensors.items() if name.startswith("text_")}
    assert len(text) < len(tensors)
    save_file(text, folder / CLAP, metadata={"format": "pt"})
    one, other = (
        each.encode_prompt("organ", "").positive["class_labels"] for each in (model, load(folder))
    )
    assert torch.equal(one, other)


def test_text_tensors_that_the_whole_clap_lacks_are_missed(
    tiny_musicldm_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_musicldm_folder, tmp_path / "model")
    tensors = load_file(folder / CLAP)
    del tensors["text_projection.linear1.weight"]
    save_file(tensors, folder / CLAP, metadata={"format": "pt"})
    with pytest.raises(ModelLoadError, match=r"lacks 1 of \d+ tensors.*text_projection"):
        load(folder)


def test_its_unet_is_not_taken_for_audioldm2s(
    tiny_audioldm2_folder: Path, tiny_musicldm_folder: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(tiny_musicldm_folder, tmp_path / "model")
    shutil.rmtree(folder / "unet")
    shutil.copytree(tiny_audioldm2_folder / "unet", folder / "unet")
    with pytest.raises(ModelLoadError, match="its unet is a AudioLDM2UNet2DConditionModel"):
        load(folder)


def test_clap_of_another_width_than_the_unet_takes_is_refused(
    tiny_musicldm_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.tiny_model.PROJECTION_DIM", 24)
    other = build_tiny_model(tmp_path / "other")
    folder = shutil.copytree(tiny_musicldm_folder, tmp_path / "model")
    shutil.rmtree(folder / "text_encoder")
    shutil.copytree(other / "text_encoder", folder / "text_encoder")
    with pytest.raises(ModelLoadError, match="parts of different models"):
        load(folder)
