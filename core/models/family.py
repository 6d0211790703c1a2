"""The model families that Tessera runs, and the components in a folder of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.api.request import Scheduler

PHASE_RECONSTRUCTION = "PhaseReconstructionVocoder"
AUDIOLDM2_UNET = "AudioLDM2UNet2DConditionModel"
SPEECH_ENCODER = "VitsModel"
"""What AudioLDM2's speech models have in T5's place: it reads phonemes."""
DISCRETE_SCHEDULERS = frozenset(  # of diffusers: those on the noise schedule of DDPM's training
    f"{name}Scheduler"
    for name in (
        "DDIM",
        "DDIMInverse",
        "DDIMParallel",
        "DDPM",
        "DDPMParallel",
        "DEISMultistep",
        "DPMSolverMultistep",
        "DPMSolverMultistepInverse",
        "DPMSolverSDE",
        "DPMSolverSinglestep",
        "EulerAncestralDiscrete",
        "EulerDiscrete",
        "HeunDiscrete",
        "KDPM2AncestralDiscrete",
        "KDPM2Discrete",
        "LMSDiscrete",
        "PNDM",
        "SASolver",
        "UniPCMultistep",
    )
)
EDM_SCHEDULERS = frozenset(  # of diffusers: those on continuous levels of noise
    f"{name}Scheduler" for name in ("CosineDPMSolverMultistep", "EDMDPMSolverMultistep", "EDMEuler")
)
FLOW_SCHEDULERS = frozenset(("FlowMatchEulerDiscreteScheduler",))
"""Of diffusers: those of rectified flow."""


@dataclass(frozen=True, slots=True)
class Component:
    """One of a model's parts, kept in a folder of its own.

    Attributes:
        classes: Names of the supported classes; empty = any.
        weights: Name of the weights file before .safetensors; None = there is none.
        config: The file with its settings.
        vocabulary_files: Sets of files with a tokenizer's vocabulary. One set has to be complete,
            since without any transformers makes a tokenizer with an empty vocabulary.
    """

    classes: tuple[str, ...] = ()
    weights: str | None = None
    config: str = "config.json"
    vocabulary_files: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """An architecture.

    Attributes:
        name: Its name, as its authors write it.
        pipeline: Its class in model_index.json.
        components: The components of its folder, by name.
        guidance_scale: The scale its authors recommend.
        num_inference_steps: The steps they recommend.
        window_frames: Frames of a log-mel, 100 a second, of the clips that it was trained on.
        schedulers: Classes of the scheduler's file whose noise path is the family's.
        scheduler: The sampler they recommend.
        marks_of_distillation: Settings (component, name, value) any of which says that a model was
            distilled: it needs few steps, and no guidance.
        distilled_to: The steps that it was distilled to.
        prompt_tokens: Tokens of a prompt at most, marks included; None = as its tokenizer says.
    """

    name: str
    pipeline: str
    components: Mapping[str, Component]
    guidance_scale: float
    num_inference_steps: int = 25
    window_frames: int = 1024
    schedulers: frozenset[str] = DISCRETE_SCHEDULERS
    scheduler: Scheduler = Scheduler.DPM_SOLVER
    marks_of_distillation: tuple[tuple[str, str, Any], ...] = ()
    distilled_to: int = 8
    prompt_tokens: int | None = None


def _diffusers(*classes: str) -> Component:
    return Component(classes, "diffusion_pytorch_model")


def _transformers(*classes: str) -> Component:
    return Component(classes, "model")


def _tokenizer(*vocabulary_files: tuple[str, ...]) -> Component:
    return Component(config="tokenizer_config.json", vocabulary_files=vocabulary_files)


_SOUND = {
    "vae": _diffusers("AutoencoderKL"),
    "vocoder": _transformers("SpeechT5HifiGan", PHASE_RECONSTRUCTION),
    "scheduler": Component(config="scheduler_config.json"),
}
_SHARED = {
    **_SOUND,
    "unet": _diffusers("UNet2DConditionModel"),
    "text_encoder": _transformers("ClapTextModelWithProjection", "ClapModel"),
    "tokenizer": _tokenizer(("tokenizer.json",), ("vocab.json", "merges.txt")),
}
_WORDS = {
    "unet": _diffusers(AUDIOLDM2_UNET),
    "text_encoder_2": _transformers("T5EncoderModel"),
    "tokenizer_2": _tokenizer(("tokenizer.json",)),
}
AUDIOLDM = Family(
    "AudioLDM",
    "AudioLDMPipeline",
    {  # the second is that of AudioLDM at 48 kHz, whose authors' program is AudioLDM2's
        **_SHARED,
        "unet": _diffusers("UNet2DConditionModel", AUDIOLDM2_UNET),
    },
    guidance_scale=2.5,
)
MUSICLDM = Family("MusicLDM", "MusicLDMPipeline", _SHARED, guidance_scale=2.0)
AUDIOLDM2 = Family(
    "AudioLDM2",
    "AudioLDM2Pipeline",
    {
        **_SHARED,
        **_WORDS,
        "projection_model": _diffusers("AudioLDM2ProjectionModel"),
        "language_model": _transformers("GPT2Model", "GPT2LMHeadModel"),
    },
    guidance_scale=3.5,
)
AUDIOLDM2_SPEECH = Family(
    "AudioLDM2 Speech",
    AUDIOLDM2.pipeline,
    {
        **AUDIOLDM2.components,
        "text_encoder_2": _transformers(SPEECH_ENCODER),
        "tokenizer_2": _tokenizer(("vocab.json",)),
    },
    guidance_scale=3.5,
)
AUDIOLDM_T5 = Family(  # of its authors' training program; diffusers has no pipeline for it
    "AudioLDM T5", "AudioLDMT5Pipeline", {**_SOUND, **_WORDS}, guidance_scale=3.5
)
STABLE_AUDIO = Family(
    "Stable Audio",
    "StableAudioPipeline",
    {
        "vae": _diffusers("AutoencoderOobleck"),
        "transformer": _diffusers("StableAudioDiTModel"),
        "projection_model": _diffusers("StableAudioProjectionModel"),
        "text_encoder": _transformers("T5EncoderModel"),
        "tokenizer": _tokenizer(("tokenizer.json",)),
        "scheduler": Component(config="scheduler_config.json"),
    },
    guidance_scale=7.0,
    num_inference_steps=100,
    window_frames=4755,
    schedulers=EDM_SCHEDULERS,
)
ACE_STEP = Family(
    "ACE-Step",
    "AceStepPipeline",
    {
        "vae": _diffusers("AutoencoderOobleck"),
        "transformer": _diffusers("AceStepTransformer1DModel"),
        "condition_encoder": _diffusers("AceStepConditionEncoder"),
        "text_encoder": _transformers("Qwen3Model"),
        "tokenizer": _tokenizer(("tokenizer.json",), ("vocab.json", "merges.txt")),
        "scheduler": Component(config="scheduler_config.json"),
    },
    guidance_scale=7.0,
    num_inference_steps=50,
    window_frames=60_000,
    schedulers=FLOW_SCHEDULERS,
    scheduler=Scheduler.EULER,
    marks_of_distillation=(
        ("transformer", "is_turbo", True),
        ("transformer", "model_version", "turbo"),
    ),
)
STABLE_AUDIO_3 = Family(
    "Stable Audio 3",
    "StableAudio3Pipeline",
    {
        "vae": _diffusers("AutoencoderSAME"),
        "transformer": _diffusers("StableAudio3DiTModel"),
        "duration_embedder": _diffusers("StableAudio3DurationEmbedder"),
        "text_encoder": _transformers("T5GemmaEncoderModel"),
        "tokenizer": _tokenizer(("tokenizer.json",), ("tokenizer.model",)),
        "scheduler": Component(config="scheduler_config.json"),
    },
    guidance_scale=7.0,
    num_inference_steps=100,
    window_frames=38_041,
    schedulers=FLOW_SCHEDULERS,
    scheduler=Scheduler.EULER_ANCESTRAL,
    marks_of_distillation=(("scheduler", "stochastic_sampling", True),),
    prompt_tokens=256,
)
FAMILIES = (
    AUDIOLDM,
    AUDIOLDM2,
    AUDIOLDM2_SPEECH,
    MUSICLDM,
    AUDIOLDM_T5,
    STABLE_AUDIO,
    STABLE_AUDIO_3,
    ACE_STEP,
)


def find_family(index: Mapping[str, Any]) -> Family | None:
    """The family of the contents of a model_index.json, by its pipeline and what reads words."""
    pipeline, words = index.get("_class_name"), index.get("text_encoder_2")
    found = next((family for family in FAMILIES if family.pipeline == pipeline), None)
    speaks = isinstance(words, list) and SPEECH_ENCODER in words
    return AUDIOLDM2_SPEECH if found is AUDIOLDM2 and speaks else found
