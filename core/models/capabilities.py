"""What a model can do with a request, read from the configurations in its folder."""

from math import prod
from typing import Any

from core.api.model_card import Capabilities
from core.mel_scale import MelParams
from core.models.family import AUDIOLDM2_SPEECH, PHASE_RECONSTRUCTION
from core.models.folder import ModelFolder

_CLAP_OFFSET = 2  # RoBERTa's positions begin after its padding index
_CLAP_SPECIAL_TOKENS = 2  # begin and end
_GPT2_RESERVED = 5  # special tokens around the prompt and its vector, and the vector
_GPT2_STATES = 8  # states it generates, where its settings do not say
_T5_SPECIAL_TOKENS = 1  # end; T5Gemma's is begin
CAPTION_TOKENS = 192
"""Of 256 that ACE-Step reads of a caption: the others tell it the task, tempo, key and length."""


def read_capabilities(folder: ModelFolder) -> Capabilities:
    """The same as the loaded model's `capabilities`, without loading it.

    Raises:
        ModelLoadError: A configuration cannot be read, or holds a value of the wrong kind.
    """
    speaks = folder.family is AUDIOLDM2_SPEECH
    has_t5 = "tokenizer_2" in folder.family.components and not speaks
    try:
        if "vocoder" not in folder.family.components:
            return _waveform_capabilities(folder)
        tokens = _t5_tokens(folder) if has_t5 else _clap_tokens(folder)
        accepts_sound = folder.classes["vocoder"] == PHASE_RECONSTRUCTION or _has_default_mel(
            folder.config("vocoder")
        )
    except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise folder.refuse(f"a configuration holds a value of the wrong kind ({error}).") from None
    if tokens < 1:
        raise folder.refuse("a configuration leaves no room for the tokens of a prompt.")
    # A UNet that attends to CLAP's tokens states one width, theirs; AudioLDM's own one a block.
    attends_to_tokens = isinstance(folder.config("unet").get("cross_attention_dim"), int)
    return Capabilities(
        max_prompt_tokens=tokens,
        reads_word_order=has_t5 or attends_to_tokens,
        audio_to_audio=accepts_sound,
        speaks=speaks,
    )


def _waveform_capabilities(folder: ModelFolder) -> Capabilities:
    """Those of a model with one text encoder, whose latents are of samples.

    Where an encoder of conditions reads the lyrics too, an empty prompt is a vector of its own, in
    whose place no negative prompt can stand.
    """
    sings = "condition_encoder" in folder.family.components
    limit, most = _tokenizer_limit(folder, "tokenizer"), folder.family.prompt_tokens
    tokens = min(limit, most or limit) - _T5_SPECIAL_TOKENS
    if tokens < 1:
        raise folder.refuse("a configuration leaves no room for the tokens of a prompt.")
    guided = not folder.is_distilled
    return Capabilities(
        max_prompt_tokens=min(tokens, CAPTION_TOKENS) if sings else tokens,
        reads_word_order=True,
        audio_to_audio=True,
        edits_bands=False,
        guided=guided,
        reads_negative_prompt=guided and not sings,
        sings=sings,
    )


def _clap_tokens(folder: ModelFolder) -> int:
    config = folder.config("text_encoder")
    positions = int(config.get("text_config", config)["max_position_embeddings"]) - _CLAP_OFFSET
    return min(_tokenizer_limit(folder, "tokenizer"), positions) - _CLAP_SPECIAL_TOKENS


def _t5_tokens(folder: ModelFolder) -> int:
    limit = _tokenizer_limit(folder, "tokenizer_2")
    if "language_model" in folder.family.components:
        config = folder.config("language_model")
        states = int(config.get("max_new_tokens", _GPT2_STATES))
        limit = min(limit, int(config["n_positions"]) - _GPT2_RESERVED - states)
    return limit - _T5_SPECIAL_TOKENS


def _tokenizer_limit(folder: ModelFolder, tokenizer: str) -> int:
    return int(folder.config(tokenizer)["model_max_length"])


def _has_default_mel(vocoder: dict[str, Any]) -> bool:
    """Whether a neural vocoder has the rates for which AudioLDM's authors define their mels."""
    rate = int(vocoder["sampling_rate"])
    found = MelParams(
        sample_rate=rate,
        hop_length=prod(map(int, vocoder["upsample_rates"])),
        n_mels=int(vocoder["model_in_dim"]),
        fmax=rate / 2,
    )
    return found == MelParams()
