import json
import shutil
from pathlib import Path

import pytest

from core.errors import ModelLoadError
from core.models.folder import CONFIG_FILES, INDEX, WEIGHT_STEMS, open_folder


def change_index(folder: Path, **changes: object) -> None:
    index = json.loads((folder / INDEX).read_text())
    (folder / INDEX).write_text(json.dumps({**index, **changes}))


def test_a_whole_folder_opens(tiny_model_folder: Path) -> None:
    folder = open_folder(tiny_model_folder)
    assert folder.vocoder_class == "SpeechT5HifiGan"
    assert folder.config("vae")["_class_name"] == "AutoencoderKL"
    assert [file.name for file in folder.weights("text_encoder")] == ["model.safetensors"]


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="there is no such folder; choose the folder"):
        open_folder(tmp_path / "nowhere")


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt").write_bytes(b"weights")
    with pytest.raises(ModelLoadError, match="is a file, not a folder"):
        open_folder(tmp_path / "model.ckpt")


def test_an_empty_folder_is_refused_with_the_file_that_makes_a_model(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"holds no model_index\.json"):
        open_folder(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "\x00", '"AudioLDMPipeline"', "[1]"])
def test_an_index_that_is_no_json_object_is_refused(model_folder: Path, text: str) -> None:
    (model_folder / INDEX).write_text(text)
    with pytest.raises(ModelLoadError, match="JSON"):
        open_folder(model_folder)


@pytest.mark.parametrize(
    ("pipeline", "family"), [("AudioLDM2Pipeline", "AudioLDM2"), ("MusicLDMPipeline", "MusicLDM")]
)
def test_families_to_come_are_refused_by_name(
    model_folder: Path, pipeline: str, family: str
) -> None:
    change_index(model_folder, _class_name=pipeline)
    with pytest.raises(ModelLoadError, match=f"{family} models are not supported yet"):
        open_folder(model_folder)


@pytest.mark.parametrize("pipeline", ["StableDiffusionPipeline", None])
def test_other_pipelines_are_refused_with_what_they_are(
    model_folder: Path, pipeline: str | None
) -> None:
    change_index(model_folder, _class_name=pipeline)
    with pytest.raises(ModelLoadError, match=f"holds a {pipeline}, and Tessera runs"):
        open_folder(model_folder)


@pytest.mark.parametrize("component", list(CONFIG_FILES))
def test_a_component_that_the_index_lacks_is_named(model_folder: Path, component: str) -> None:
    change_index(model_folder, **{component: [None, None]})
    with pytest.raises(ModelLoadError, match=f"names no {component}"):
        open_folder(model_folder)


@pytest.mark.parametrize("component", list(CONFIG_FILES))
def test_a_component_that_the_folder_lacks_is_named(model_folder: Path, component: str) -> None:
    shutil.rmtree(model_folder / component)
    with pytest.raises(ModelLoadError, match=f"{component}/{CONFIG_FILES[component]} is missing"):
        open_folder(model_folder)


@pytest.mark.parametrize("component", list(WEIGHT_STEMS))
def test_missing_weights_are_named(model_folder: Path, component: str) -> None:
    (model_folder / component / f"{WEIGHT_STEMS[component]}.safetensors").unlink()
    wanted = rf"{component}/{WEIGHT_STEMS[component]}\.safetensors is missing"
    with pytest.raises(ModelLoadError, match=wanted):
        open_folder(model_folder)


@pytest.mark.parametrize("component", list(WEIGHT_STEMS))
def test_weights_as_bin_alone_are_refused_with_the_reason(
    model_folder: Path, component: str
) -> None:
    weights = model_folder / component / f"{WEIGHT_STEMS[component]}.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelLoadError, match=f"{component} has its weights as .bin only") as caught:
        open_folder(model_folder)
    assert "convert the model to safetensors" in str(caught.value)


def test_a_component_of_another_class_is_refused(model_folder: Path) -> None:
    config = model_folder / "text_encoder" / "config.json"
    values = json.loads(config.read_text())
    config.write_text(json.dumps({**values, "architectures": ["T5EncoderModel"]}))
    with pytest.raises(ModelLoadError, match="its text_encoder is a T5EncoderModel"):
        open_folder(model_folder)


def test_the_parts_of_divided_weights_are_found_in_order(model_folder: Path) -> None:
    unet = model_folder / "unet"
    (unet / "diffusion_pytorch_model.safetensors").unlink()
    names = [f"diffusion_pytorch_model-0000{n}-of-00002.safetensors" for n in (1, 2)]
    for name in reversed(names):
        (unet / name).write_bytes(b"")
    assert [file.name for file in open_folder(model_folder).weights("unet")] == names


def test_a_phase_reconstruction_vocoder_needs_no_weights(model_folder: Path) -> None:
    shutil.rmtree(model_folder / "vocoder")
    (model_folder / "vocoder").mkdir()
    config = {"_class_name": "PhaseReconstructionVocoder"}
    (model_folder / "vocoder" / "config.json").write_text(json.dumps(config))
    assert open_folder(model_folder).vocoder_class == "PhaseReconstructionVocoder"
