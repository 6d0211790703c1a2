"""A model's folder in diffusers' format, checked from the outside before anything is loaded."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import ModelLoadError

INDEX = "model_index.json"
SUPPORTED_PIPELINE = "AudioLDMPipeline"
NOT_SUPPORTED_YET = {"AudioLDM2Pipeline": "AudioLDM2", "MusicLDMPipeline": "MusicLDM"}

CONFIG_FILES = {
    "vae": "config.json",
    "unet": "config.json",
    "text_encoder": "config.json",
    "vocoder": "config.json",
    "tokenizer": "tokenizer_config.json",
    "scheduler": "scheduler_config.json",
}
WEIGHT_STEMS = {
    "vae": "diffusion_pytorch_model",
    "unet": "diffusion_pytorch_model",
    "text_encoder": "model",
    "vocoder": "model",
}
COMPONENT_CLASSES = {
    "vae": ("AutoencoderKL",),
    "unet": ("UNet2DConditionModel",),
    "text_encoder": ("ClapTextModelWithProjection",),
    "vocoder": ("SpeechT5HifiGan", "PhaseReconstructionVocoder"),
}
WEIGHTLESS = "PhaseReconstructionVocoder"


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder whose files are all there; `open_folder` makes one.

    Attributes:
        path: The folder itself.
        vocoder_class: Which kind of vocoder it holds.
    """

    path: Path
    vocoder_class: str

    def config(self, component: str) -> dict[str, Any]:
        """The settings of a component."""
        return read_json(self.path / component / CONFIG_FILES[component])

    def weights(self, component: str) -> tuple[Path, ...]:
        """The safetensors files of a component: one, or the parts of a divided one."""
        return _weight_files(self.path / component, WEIGHT_STEMS[component])

    def refuse(self, sentence: str) -> ModelLoadError:
        """The error that says what is wrong with this folder."""
        return ModelLoadError(str(self.path), sentence)


def open_folder(path: Path) -> ModelFolder:
    """Check that a folder holds a complete AudioLDM model.

    Raises:
        ModelLoadError: It does not; the sentence says what is missing.
    """
    if not path.is_dir():
        what = "is a file, not a folder" if path.exists() else "there is no such folder"
        raise ModelLoadError(
            str(path), f"{what}; choose the folder of a model in diffusers' format."
        )
    index = _read_index(path)
    for component in CONFIG_FILES:
        _check_component(path, component, index.get(component))
    folder = ModelFolder(path, _class_of(path, "vocoder", index["vocoder"]))
    for component in WEIGHT_STEMS:
        if component != "vocoder" or folder.vocoder_class != WEIGHTLESS:
            _check_weights(folder, component)
    return folder


def check_family(source: str, index: dict[str, Any]) -> None:
    """Refuse the contents of a model_index.json that are not AudioLDM's.

    Raises:
        ModelLoadError: Another family; those to come are refused by name.
    """
    pipeline = str(index.get("_class_name"))
    if pipeline in NOT_SUPPORTED_YET:
        raise ModelLoadError(
            source, f"{NOT_SUPPORTED_YET[pipeline]} models are not supported yet; use AudioLDM."
        )
    if pipeline != SUPPORTED_PIPELINE:
        raise ModelLoadError(
            source, f"holds a {pipeline}, and Tessera runs {SUPPORTED_PIPELINE} only."
        )


def read_json(file: Path) -> dict[str, Any]:
    """The object in a JSON file.

    Raises:
        ModelLoadError: It cannot be read, or holds something else.
    """
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelLoadError(str(file), f"cannot be read ({error.strerror}).") from error
    except ValueError as error:
        raise ModelLoadError(str(file), "is not valid JSON; copy or download it anew.") from error
    if not isinstance(values, dict):
        raise ModelLoadError(str(file), "does not hold a JSON object.")
    return values


def _read_index(path: Path) -> dict[str, Any]:
    if not (path / INDEX).is_file():
        raise ModelLoadError(
            str(path),
            f"holds no {INDEX}, so it is not a model in diffusers' format; choose the folder "
            "that holds this file.",
        )
    index = read_json(path / INDEX)
    check_family(str(path), index)
    return index


def _check_component(path: Path, component: str, entry: object) -> None:
    """Refuse a component that the index or the folder lacks, or of a class that is not known."""
    if not isinstance(entry, list) or len(entry) != 2 or not all(entry):
        raise ModelLoadError(str(path), f"{INDEX} names no {component}; the model is incomplete.")
    if not (path / component / CONFIG_FILES[component]).is_file():
        raise ModelLoadError(
            str(path),
            f"{component}/{CONFIG_FILES[component]} is missing; copy or download the whole model.",
        )
    known = COMPONENT_CLASSES.get(component)
    name = _class_of(path, component, entry)
    if known and name not in known:
        raise ModelLoadError(
            str(path), f"its {component} is a {name}; Tessera knows {' and '.join(known)} there."
        )


def _class_of(path: Path, component: str, entry: list[str]) -> str:
    """The class that a component's own config names, or else the index."""
    config = read_json(path / component / CONFIG_FILES[component])
    architectures = config.get("architectures") or [entry[1]]
    return str(config.get("_class_name") or architectures[0])


def _check_weights(folder: ModelFolder, component: str) -> None:
    if folder.weights(component):
        return
    wanted = f"{component}/{WEIGHT_STEMS[component]}.safetensors"
    if any((folder.path / component).glob("*.bin")):
        raise folder.refuse(
            f"{component} has its weights as .bin only. Such files can run any program when "
            f"opened, so Tessera reads {wanted} alone; convert the model to safetensors."
        )
    raise folder.refuse(f"{wanted} is missing; copy or download the whole model.")


def _weight_files(folder: Path, stem: str) -> tuple[Path, ...]:
    whole = folder / f"{stem}.safetensors"
    return (whole,) if whole.is_file() else tuple(sorted(folder.glob(f"{stem}-*-of-*.safetensors")))
