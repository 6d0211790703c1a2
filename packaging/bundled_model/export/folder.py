"""Writes the model folder: float16 safetensors, configs, card."""

import json
import shutil
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import diffusers
from diffusers import AutoencoderKL
from safetensors.torch import save_file

from bundled_model.diffusion.networks import new_scheduler
from bundled_model.diffusion.task import Generator
from bundled_model.export.card import readme, tessera_card
from bundled_model.export.vocabulary import vocabulary
from bundled_model.vocoder.settings import vocoder_config
from core.vocoders.magnitude_network import MagnitudeNetwork

MODEL_INDEX = {
    "_class_name": "AudioLDMPipeline",
    "_diffusers_version": diffusers.__version__,
    "scheduler": ["diffusers", "DPMSolverMultistepScheduler"],
    "text_encoder": ["transformers", "ClapTextModelWithProjection"],
    "tokenizer": ["transformers", "RobertaTokenizerFast"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "vocoder": ["tessera", "PhaseReconstructionVocoder"],
}
FILE_MODE = 0o644


@dataclass(frozen=True)
class TrainedModel:
    """Everything that was learnt.

    Attributes:
        codec: The VAE.
        generator: UNet and text encoder.
        magnitudes: The vocoder's network.
        tokenizer: Folder of the tokenizer.
        scaling_factor: What makes the codec's latents of unit deviation.
    """

    codec: AutoencoderKL
    generator: Generator
    magnitudes: MagnitudeNetwork
    tokenizer: Path
    scaling_factor: float


def write_model_folder(folder: Path, model: TrainedModel) -> None:
    """Write the whole model, in place of what the folder held."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    model.codec.register_to_config(scaling_factor=model.scaling_factor)
    networks = {
        "vae": model.codec,
        "unet": model.generator.unet,
        "text_encoder": model.generator.prompts.text_encoder,
    }
    for name, network in networks.items():
        deepcopy(network).cpu().half().save_pretrained(folder / name, safe_serialization=True)
    new_scheduler().save_pretrained(folder / "scheduler")
    shutil.copytree(model.tokenizer, folder / "tokenizer")
    _write_vocoder(folder / "vocoder", model.magnitudes)
    _write_json(folder / "model_index.json", MODEL_INDEX)
    _write_json(folder / "tessera.json", tessera_card())
    _write_json(folder / "concepts.json", vocabulary())
    (folder / "README.md").write_text(readme(), encoding="utf-8")
    for path in folder.rglob("*.*"):
        path.chmod(FILE_MODE)


def _write_vocoder(folder: Path, magnitudes: MagnitudeNetwork) -> None:
    folder.mkdir()
    _write_json(folder / "config.json", vocoder_config(magnitudes))
    weights = {name: weight.half() for name, weight in magnitudes.state_dict().items()}
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
