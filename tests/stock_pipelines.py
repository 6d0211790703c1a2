"""Diffusers' own pipelines on the tiny folders, with what they need to run at all."""

import warnings
from pathlib import Path
from typing import Any

from diffusers import (
    AceStepPipeline,
    AudioLDM2Pipeline,
    AudioLDMPipeline,
    DiffusionPipeline,
    MusicLDMPipeline,
    StableAudioPipeline,
)
from torch import Tensor
from transformers import ClapModel, GPT2LMHeadModel


class ClapGivingTensors(ClapModel):
    """CLAP as transformers had it until version 5: MusicLDMPipeline expects a bare tensor."""

    def get_text_features(self, *args: Any, **kwargs: Any) -> Tensor:
        vector: Tensor = super().get_text_features(*args, **kwargs).pooler_output
        return vector


def stock_audioldm(folder: Path) -> AudioLDMPipeline:
    return _quiet(AudioLDMPipeline.from_pretrained(folder, low_cpu_mem_usage=False))


def stock_musicldm(folder: Path) -> MusicLDMPipeline:
    clap = ClapGivingTensors.from_pretrained(folder / "text_encoder")
    return _quiet(
        MusicLDMPipeline.from_pretrained(folder, text_encoder=clap, low_cpu_mem_usage=False)
    )


def stock_audioldm2(folder: Path) -> AudioLDM2Pipeline:
    """Return the pipeline with GPT2LMHeadModel, where the folder names the GPT2Model in it."""
    language_model = GPT2LMHeadModel.from_pretrained(folder / "language_model")
    return _quiet(
        AudioLDM2Pipeline.from_pretrained(
            folder, language_model=language_model, low_cpu_mem_usage=False
        )
    )


def stock_stable_audio(folder: Path) -> StableAudioPipeline:
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        return _quiet(StableAudioPipeline.from_pretrained(folder, low_cpu_mem_usage=False))


def stock_ace_step(folder: Path) -> AceStepPipeline:
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        return _quiet(AceStepPipeline.from_pretrained(folder, low_cpu_mem_usage=False))


def stock_stable_audio_3(folder: Path, kind: type[DiffusionPipeline]) -> Any:
    """Return one of the family's three pipelines, which share their parts."""
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        return _quiet(kind.from_pretrained(folder, low_cpu_mem_usage=False))


def _quiet(pipeline: DiffusionPipeline) -> Any:
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
