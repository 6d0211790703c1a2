"""What a model can do with a request, told from its folder alone, before anything is loaded."""

from math import prod
from typing import Any

from core.api.model_card import Capabilities
from core.mel_scale import MelParams
from core.models.family import AUDIOLDM2, PHASE_RECONSTRUCTION
from core.models.folder import ModelFolder

_CLAP_OFFSET = 2  # RoBERTa's positions begin behind its padding
_CLAP_MARKS = 2  # begin and end
_GPT2_TAKEN = 5  # marks around the prompt and its vector
_GPT2_STATES = 8  # that it writes, where its settings do not say
_T5_MARKS = 1  # end


def read_capabilities(folder: ModelFolder) -> Capabilities:
    """The same as the loaded model's `capabilities`.

    Raises:
        ModelLoadError: A configuration cannot be read, or holds a value of the wrong kind.
    """
    is_audioldm2 = folder.family.name == AUDIOLDM2.name
    try:
        tokens = _audioldm2_tokens(folder) if is_audioldm2 else _clap_tokens(folder)
        takes_sound = folder.classes["vocoder"] == PHASE_RECONSTRUCTION or _is_usual(
            folder.config("vocoder")
        )
    except (KeyError, TypeError, ValueError) as error:
        raise folder.refuse(f"a configuration holds a value of the wrong kind ({error}).") from None
    return Capabilities(
        max_prompt_tokens=tokens, reads_word_order=is_audioldm2, audio_to_audio=takes_sound
    )


def _clap_tokens(folder: ModelFolder) -> int:
    config = folder.config("text_encoder")
    positions = int(config.get("text_config", config)["max_position_embeddings"]) - _CLAP_OFFSET
    return min(_longest(folder, "tokenizer"), positions) - _CLAP_MARKS


def _audioldm2_tokens(folder: ModelFolder) -> int:
    config = folder.config("language_model")
    states = int(config.get("max_new_tokens", _GPT2_STATES))
    room = int(config["n_positions"]) - _GPT2_TAKEN - states
    return min(_longest(folder, "tokenizer_2"), room) - _T5_MARKS


def _longest(folder: ModelFolder, tokenizer: str) -> int:
    return int(folder.config(tokenizer)["model_max_length"])


def _is_usual(vocoder: dict[str, Any]) -> bool:
    """Whether a neural vocoder works at the rates for which AudioLDM's authors state their mels."""
    rate = int(vocoder["sampling_rate"])
    found = MelParams(
        sample_rate=rate,
        hop_length=prod(map(int, vocoder["upsample_rates"])),
        n_mels=int(vocoder["model_in_dim"]),
        fmax=rate / 2,
    )
    return found == MelParams()
