"""The families of models that Tessera runs, and the components that a folder of each holds."""

from collections.abc import Mapping
from dataclasses import dataclass

PHASE_RECONSTRUCTION = "PhaseReconstructionVocoder"


@dataclass(frozen=True, slots=True)
class Component:
    """One of a model's parts, kept in a folder of its own.

    Attributes:
        classes: Names of the classes that are understood there; empty = any.
        weights: How the weights file begins, before .safetensors; None = there is none.
        config: The file with its settings.
        words: Sets of files that hold a tokenizer's words; one of them has to be there whole,
            since transformers makes a tokenizer that knows no word out of none.
    """

    classes: tuple[str, ...] = ()
    weights: str | None = None
    config: str = "config.json"
    words: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """An architecture.

    Attributes:
        name: As its authors write it.
        pipeline: What model_index.json calls it.
        components: What its folder holds, by name.
        guidance_scale: What its authors recommend.
    """

    name: str
    pipeline: str
    components: Mapping[str, Component]
    guidance_scale: float


def _diffusers(*classes: str) -> Component:
    return Component(classes, "diffusion_pytorch_model")


def _transformers(*classes: str) -> Component:
    return Component(classes, "model")


def _tokenizer(*words: tuple[str, ...]) -> Component:
    return Component(config="tokenizer_config.json", words=words)


_SHARED = {
    "vae": _diffusers("AutoencoderKL"),
    "unet": _diffusers("UNet2DConditionModel"),
    "text_encoder": _transformers("ClapTextModelWithProjection", "ClapModel"),
    "vocoder": _transformers("SpeechT5HifiGan", PHASE_RECONSTRUCTION),
    "tokenizer": _tokenizer(("tokenizer.json",), ("vocab.json", "merges.txt")),
    "scheduler": Component(config="scheduler_config.json"),
}
AUDIOLDM = Family("AudioLDM", "AudioLDMPipeline", _SHARED, guidance_scale=2.5)
MUSICLDM = Family("MusicLDM", "MusicLDMPipeline", _SHARED, guidance_scale=2.0)
AUDIOLDM2 = Family(
    "AudioLDM2",
    "AudioLDM2Pipeline",
    {
        **_SHARED,
        "unet": _diffusers("AudioLDM2UNet2DConditionModel"),
        "text_encoder_2": _transformers("T5EncoderModel"),
        "tokenizer_2": _tokenizer(("tokenizer.json",)),
        "projection_model": _diffusers("AudioLDM2ProjectionModel"),
        "language_model": _transformers("GPT2Model", "GPT2LMHeadModel"),
    },
    guidance_scale=3.5,
)
FAMILIES = (AUDIOLDM, AUDIOLDM2, MUSICLDM)


def find_family(pipeline: str) -> Family | None:
    """The family whose folders name this pipeline."""
    return next((family for family in FAMILIES if family.pipeline == pipeline), None)
