"""Takes an original checkpoint apart: which family it is of, and the parts of its model.

The checkpoints of haoheliu/AudioLDM, haoheliu/AudioLDM2, RetroCirce/MusicLDM and
haoheliu/AudioLDM-training-finetuning hold all networks in one state dict, distinguished by the
beginnings of the tensors' names. Those below are the attributes of the authors' `LatentDiffusion`
classes (audioldm/ldm.py, audioldm2/latent_diffusion/models/ddpm.py, musicldm.py).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.api.errors import ModelLoadError
from core.models.conversion.noise_schedule import scheduler_config
from core.models.conversion.stored_tensor import StoredTensor, Tensors, WritableTensors
from core.models.conversion.text_names import (
    NUM_SPEECH_STATES,
    NUM_STATES,
    POSITIONS,
    convert_clap,
    convert_gpt2,
    convert_projection,
    convert_t5,
    convert_vits,
)
from core.models.conversion.unet_names import convert_unet
from core.models.conversion.vae_names import convert_vae, convert_vocoder
from core.models.family import (
    AUDIOLDM,
    AUDIOLDM2,
    AUDIOLDM2_SPEECH,
    AUDIOLDM_T5,
    MUSICLDM,
    Family,
)

UNET, EMA = "model.diffusion_model.", "model_ema."
FIRST_STAGE, VOCODER = "first_stage_model.", "first_stage_model.vocoder."
CLAP = (  # of AudioLDM and MusicLDM; of AudioLDM2; of its 48 kHz model and fine-tunes; for ranking
    "cond_stage_model.model.",
    "cond_stage_models.0.cond_stage_models.0.model.",
    "cond_stage_models.0.model.",
    "clap.model.",
)
T5 = (  # of AudioLDM2, twice; of an AudioLDM that has no other encoder
    "cond_stage_models.0.cond_stage_models.1.model.",
    "cond_stage_models.1.model.",
    "cond_stage_models.0.model.",
)
PHONEMES = ("cond_stage_models.0.cond_stage_models.1.",)  # of AudioLDM2 that speaks
SEQUENCE, GPT2 = "cond_stage_models.0.", "cond_stage_models.0.model."
_CLAP_MARK = "text_branch.embeddings.word_embeddings.weight"
_VAE_PARTS = ("encoder.", "decoder.", "quant_conv.", "post_quant_conv.")
_SCALE = "scale_factor"


@dataclass(frozen=True, slots=True)
class ModelPlan:
    """A model folder that is to be written.

    Attributes:
        family: Its family.
        configs: The settings of each component, by the component's name.
        weights: The tensors of each network, likewise.
    """

    family: Family
    configs: dict[str, dict[str, Any]]
    weights: dict[str, WritableTensors]


def plan_model(path: Path, tensors: Tensors) -> ModelPlan:
    """The model in a checkpoint.

    Args:
        path: The file, for its errors; its name tells MusicLDM from AudioLDM, whose tensors have
            the same names.
        tensors: Its tensors.

    Raises:
        ModelLoadError: It is no whole model of these families; the sentence says what it is.
    """
    try:
        return _plan(path, tensors)
    except (KeyError, IndexError, ValueError) as error:
        reason = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelLoadError(
            str(path), f"has another structure than the checkpoints of its authors ({reason})."
        ) from error


def _plan(path: Path, tensors: Tensors) -> ModelPlan:
    unet = _prefer_ema(_part(tensors, UNET), _part(tensors, EMA))
    _check_parts(path, tensors, unet)
    is_sequence = f"{SEQUENCE}start_of_sequence_tokens.weight" in tensors
    clap = _first_with(tensors, CLAP, _CLAP_MARK)
    words = _first_with(tensors, T5, "shared.weight")
    phonemes = _first_with(tensors, PHONEMES, "text_encoder.emb.weight") if is_sequence else {}
    _check_conditions(
        path,
        unet,
        is_sequence=is_sequence,
        has_clap=bool(clap),
        reads_words=bool(words or phonemes),
    )
    vae = {
        name: tensor
        for name, tensor in _part(tensors, FIRST_STAGE).items()
        if name.startswith(_VAE_PARTS)
    }
    scale = float(tensors[_SCALE].to_float())
    networks = {
        "unet": convert_unet(unet),
        "vae": convert_vae(vae, scale),
        "vocoder": convert_vocoder(_part(tensors, VOCODER)),
    }
    family = MUSICLDM if "musicldm" in path.name.lower() else AUDIOLDM
    if is_sequence:
        family = AUDIOLDM2_SPEECH if phonemes else AUDIOLDM2
    elif not _has_film(unet):
        family = AUDIOLDM_T5
    if "text_encoder" in family.components:
        networks["text_encoder"] = convert_clap(clap)
    if "text_encoder_2" in family.components:
        networks["text_encoder_2"] = convert_vits(phonemes) if phonemes else convert_t5(words)
    if is_sequence:
        num_states = NUM_SPEECH_STATES if phonemes else NUM_STATES
        networks |= {
            "language_model": convert_gpt2(_part(tensors, GPT2), num_states),
            "projection_model": convert_projection(
                _part(tensors, SEQUENCE), phonemes[POSITIONS] if phonemes else None
            ),
        }
    configs = {name: config for name, (_, config) in networks.items()}
    configs["scheduler"] = scheduler_config(tensors.get("betas"))
    return ModelPlan(family, configs, {name: weights for name, (weights, _) in networks.items()})


def _part(tensors: Tensors, prefix: str) -> Tensors:
    """The tensors whose names begin with `prefix`, without it."""
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }


def _first_with(tensors: Tensors, prefixes: tuple[str, ...], mark: str) -> Tensors:
    """The first of several places that holds a certain tensor; empty where none does."""
    found = next((each for each in prefixes if f"{each}{mark}" in tensors), None)
    return _part(tensors, found) if found is not None else {}


def _prefer_ema(unet: Tensors, averages: Tensors) -> Tensors:
    """The running average of the weights, where it is whole: it is what the authors sample with.

    `LitEma` keeps it under the names of `self.model`'s parameters without their dots.
    """
    found: dict[str, StoredTensor] = {}
    for name, tensor in unet.items():
        average = averages.get(f"diffusion_model.{name}".replace(".", ""))
        if average is None or average.shape != tensor.shape:
            return unet
        found[name] = average
    return found


def _has_film(unet: Tensors) -> bool:
    """Whether a denoiser takes CLAP's vector, by feature-wise linear modulation."""
    return "film_emb.weight" in unet


def _check_parts(path: Path, tensors: Tensors, unet: Tensors) -> None:
    """Refuse what is a part of a model only."""
    if not unet:
        raise ModelLoadError(
            str(path),
            "holds no denoiser of an AudioLDM model (no tensor begins with "
            f"{UNET.rstrip('.')}); choose the checkpoint of the whole model.",
        )
    for prefix, what in ((FIRST_STAGE, "VAE"), (VOCODER, "vocoder"), (_SCALE, "scale_factor")):
        if not any(name.startswith(prefix) for name in tensors):
            raise ModelLoadError(
                str(path),
                f"holds a denoiser, but no {what}; choose the checkpoint of the whole model.",
            )


def _check_conditions(
    path: Path, unet: Tensors, *, is_sequence: bool, has_clap: bool, reads_words: bool
) -> None:
    """Refuse what reads something else than Tessera's families do, or lacks what reads it."""
    if is_sequence and not reads_words:
        raise ModelLoadError(
            str(path),
            "is an AudioLDM2, and holds neither a T5 that reads its prompt nor an encoder of "
            "phonemes; choose the checkpoint of the whole model.",
        )
    if not is_sequence and not _has_film(unet):
        if not reads_words:
            raise ModelLoadError(
                str(path),
                "is an AudioLDM without the vector of CLAP, and holds no T5 that reads its prompt; "
                "choose the checkpoint of the whole model.",
            )
    elif not has_clap:
        raise ModelLoadError(
            str(path), "holds no CLAP text encoder; choose the checkpoint of the whole model."
        )
