import json
import shutil
from pathlib import Path

import pytest

from core.api.errors import ModelLoadError
from core.models.family import AUDIOLDM, AUDIOLDM2, MUSICLDM
from core.models.folder import INDEX, open_folder
from tests.tiny_model import reconstruct_phases

CONFIGS = {name: component.config for name, component in AUDIOLDM.components.items()}
WEIGHTS = {name: part.weights for name, part in AUDIOLDM.components.items() if part.weights}


def change_index(folder: Path, **changes: object) -> None:
    index = json.loads((folder / INDEX).read_text())
    (folder / INDEX).write_text(json.dumps({**index, **changes}))


def test_a_whole_folder_opens(tiny_model_folder: Path) -> None:
    folder = open_folder(tiny_model_folder)
    assert folder.family is AUDIOLDM
    assert folder.classes["vocoder"] == "SpeechT5HifiGan"
    assert folder.config("vae")["_class_name"] == "AutoencoderKL"
    assert [file.name for file in folder.weights("text_encoder")] == ["model.safetensors"]


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match="there is no such folder; choose the folder"):
        open_folder(tmp_path / "nowhere")


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.ckpt").write_bytes(b"weights")
    with pytest.raises(ModelLoadError, match="is a file, not a folder"):
        open_folder(tmp_path / "model.ckpt")


def test_an_empty_folder_is_refused_by_its_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelLoadError, match=r"holds no model_index\.json"):
        open_folder(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "\x00", '"AudioLDMPipeline"', "[1]"])
def test_an_index_that_is_no_json_object_is_refused(model_folder: Path, text: str) -> None:
    (model_folder / INDEX).write_text(text)
    with pytest.raises(ModelLoadError, match="JSON"):
        open_folder(model_folder)


def test_the_family_comes_from_the_index(
    tiny_audioldm2_folder: Path, tiny_musicldm_folder: Path
) -> None:
    assert open_folder(tiny_audioldm2_folder).family is AUDIOLDM2
    assert open_folder(tiny_musicldm_folder).family is MUSICLDM


@pytest.mark.parametrize("pipeline", ["StableDiffusionPipeline", None])
def test_other_pipelines_are_refused_with_what_they_are(
    model_folder: Path, pipeline: str | None
) -> None:
    change_index(model_folder, _class_name=pipeline)
    with pytest.raises(ModelLoadError, match=f"holds a {pipeline}, and Tessera runs") as caught:
        open_folder(model_folder)
    assert "AudioLDMPipeline, AudioLDM2Pipeline, MusicLDMPipeline" in str(caught.value)


@pytest.mark.parametrize("component", list(CONFIGS))
def test_a_component_that_the_index_lacks_is_named(model_folder: Path, component: str) -> None:
    change_index(model_folder, **{component: [None, None]})
    with pytest.raises(ModelLoadError, match=f"names no {component}"):
        open_folder(model_folder)


@pytest.mark.parametrize("component", list(CONFIGS))
def test_a_component_that_the_folder_lacks_is_named(model_folder: Path, component: str) -> None:
    shutil.rmtree(model_folder / component)
    with pytest.raises(ModelLoadError, match=f"{component}/{CONFIGS[component]} is missing"):
        open_folder(model_folder)


def test_a_tokenizer_without_its_vocabulary_is_refused(
    model_folder: Path,
) -> None:
    (model_folder / "tokenizer/tokenizer.json").unlink()
    (model_folder / "tokenizer/vocab.json").write_text("{}")
    wanted = r"tokenizer\.json, or vocab\.json and merges\.txt"
    with pytest.raises(ModelLoadError, match=rf"tokenizer holds no words \({wanted}\)"):
        open_folder(model_folder)


@pytest.mark.parametrize("component", list(WEIGHTS))
def test_missing_weights_are_named(model_folder: Path, component: str) -> None:
    (model_folder / component / f"{WEIGHTS[component]}.safetensors").unlink()
    wanted = rf"{component}/{WEIGHTS[component]}\.safetensors is missing"
    with pytest.raises(ModelLoadError, match=wanted):
        open_folder(model_folder)


@pytest.mark.parametrize("component", list(WEIGHTS))
def test_weights_as_bin_alone_are_refused_with_the_reason(
    model_folder: Path, component: str
) -> None:
    weights = model_folder / component / f"{WEIGHTS[component]}.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    with pytest.raises(ModelLoadError, match=f"{component} has its weights as .bin only") as caught:
        open_folder(model_folder)
    assert "--convert" in str(caught.value)


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


@pytest.mark.parametrize(("kept", "missing"), [((1, 3), 2), ((2, 3), 1), ((1, 2), 3)])
def test_a_missing_part_is_named_by_its_number(
    model_folder: Path, kept: tuple[int, ...], missing: int
) -> None:
    unet = model_folder / "unet"
    (unet / "diffusion_pytorch_model.safetensors").unlink()
    for number in kept:
        (unet / f"diffusion_pytorch_model-0000{number}-of-00003.safetensors").write_bytes(b"")
    name = f"unet/diffusion_pytorch_model-0000{missing}-of-00003.safetensors is missing"
    with pytest.raises(ModelLoadError, match=name):
        open_folder(model_folder)


@pytest.mark.parametrize(
    ("config", "kind"),
    [
        ({"_class_name": "FlowMatchEulerDiscreteScheduler"}, "FlowMatchEulerDiscreteScheduler"),
        ({"_class_name": "EDMEulerScheduler"}, "EDMEulerScheduler"),
        ({"_class_name": "CosineDPMSolverMultistepScheduler"}, "CosineDPMSolver"),
        ({"_class_name": "LCMScheduler"}, "LCMScheduler"),
        ({"use_flow_sigmas": True}, "with use_flow_sigmas True"),
        ({"prediction_type": "flow_prediction"}, "with prediction_type flow_prediction"),
        ({"timestep_type": "continuous"}, "with timestep_type continuous"),
    ],
)
def test_a_denoiser_of_another_training_is_refused(
    model_folder: Path, config: dict[str, object], kind: str
) -> None:
    file = model_folder / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), **config}))
    with pytest.raises(ModelLoadError, match=kind) as caught:
        open_folder(model_folder)
    assert "not those of other noise or of distillation" in str(caught.value)


@pytest.mark.parametrize("name", ["PNDMScheduler", "LMSDiscreteScheduler", "DDPMScheduler"])
def test_other_samplers_of_the_same_training_open(model_folder: Path, name: str) -> None:
    file = model_folder / "scheduler" / "scheduler_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "_class_name": name}))
    assert open_folder(model_folder).classes["scheduler"] == name


def test_a_phase_reconstruction_vocoder_needs_no_weights(model_folder: Path) -> None:
    reconstruct_phases(model_folder)
    assert open_folder(model_folder).classes["vocoder"] == "PhaseReconstructionVocoder"


@pytest.mark.parametrize(
    "component", sorted(AUDIOLDM2.components.keys() - AUDIOLDM.components.keys())
)
def test_the_further_components_of_audioldm2_are_required(
    tiny_audioldm2_folder: Path, tmp_path: Path, component: str
) -> None:
    folder = shutil.copytree(tiny_audioldm2_folder, tmp_path / "model")
    shutil.rmtree(folder / component)
    with pytest.raises(ModelLoadError, match=rf"{component}/\w+\.json is missing"):
        open_folder(folder)


def test_a_speech_model_is_refused(tiny_audioldm2_folder: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_audioldm2_folder, tmp_path / "model")
    config = folder / "text_encoder_2" / "config.json"
    config.write_text(json.dumps({"architectures": ["VitsModel"], "model_type": "vits"}))
    with pytest.raises(ModelLoadError, match="its text_encoder_2 is a VitsModel; Tessera knows"):
        open_folder(folder)
