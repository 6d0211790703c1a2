"""Writes the model folder: float16 safetensors, configs, card."""

import json
import shutil
from copy import deepcopy
from pathlib import Path
from typing import Any

import diffusers
from diffusers import AutoencoderKL

from bundled_model.diffusion.networks import new_scheduler
from bundled_model.diffusion.task import Generator
from bundled_model.export.card import readme, tessera_card
from bundled_model.vocoder.settings import VOCODER_CONFIG

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


def write_model_folder(
    folder: Path, vae: AutoencoderKL, generator: Generator, tokenizer: Path, scaling_factor: float
) -> None:
    """Write the whole model, in place of what the folder held.

    Args:
        folder: Where to.
        vae: The trained codec.
        generator: The trained UNet and text encoder.
        tokenizer: Folder of the tokenizer.
        scaling_factor: What makes the codec's latents of unit deviation.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    vae.register_to_config(scaling_factor=scaling_factor)
    networks = {
        "vae": vae,
        "unet": generator.unet,
        "text_encoder": generator.prompts.text_encoder,
    }
    for name, network in networks.items():
        deepcopy(network).half().save_pretrained(folder / name, safe_serialization=True)
    new_scheduler().save_pretrained(folder / "scheduler")
    shutil.copytree(tokenizer, folder / "tokenizer")
    (folder / "vocoder").mkdir()
    _write_json(folder / "vocoder" / "config.json", VOCODER_CONFIG)
    _write_json(folder / "model_index.json", MODEL_INDEX)
    _write_json(folder / "tessera.json", tessera_card())
    (folder / "README.md").write_text(readme(), encoding="utf-8")
    for path in folder.rglob("*.*"):
        path.chmod(FILE_MODE)


def _write_json(path: Path, values: dict[str, Any]) -> None:
    path.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
