"""Writes AudioLDM, AudioLDM2 and MusicLDM at full size, with seeded weights, as on the hub.

The sizes are those of the config files of cvssp/audioldm-s-full-v2, audioldm-l-full, audioldm2 and
ucsd-reach/musicldm. Speed and memory depend on sizes alone, and the weights of the real models are
licensed for other uses.
"""

import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers.pipelines.audioldm2.modeling_audioldm2 import AudioLDM2ProjectionModel
from transformers import (
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    ClapTextConfig,
    ClapTextModelWithProjection,
    GPT2Config,
    GPT2Model,
    RobertaTokenizerFast,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

from tests.full_width_models import WIDTHS, audioldm2_unet, audioldm_unet, full_width_vae
from tests.tiny_families import AUDIOLDM2_INDEX, MUSICLDM_INDEX
from tests.tiny_model import MODEL_INDEX, make_audible, tiny_scheduler

KINDS = (*WIDTHS, "musicldm")
_TEXT: dict[str, Any] = {
    "vocab_size": 50265,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": 514,
    "type_vocab_size": 1,
    "layer_norm_eps": 1e-12,
    "projection_dim": 512,
    "bos_token_id": 0,
    "pad_token_id": 1,
    "eos_token_id": 2,
}
_AUDIO = {"patch_embeds_hidden_size": 128, "hidden_size": 1024, "depths": [2, 2, 12, 2]}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def write_full_size(kind: str, folder: Path) -> Path:
    """Write a model of one of `KINDS` and return its folder; one that is there is kept."""
    if (folder / "model_index.json").is_file():
        return folder
    torch.manual_seed(0)
    index, builders = _components(kind)
    for name, build in builders.items():
        build().save_pretrained(folder / name)
    (folder / "model_index.json").write_text(json.dumps(index), encoding="utf-8")
    return folder


def _components(kind: str) -> tuple[Mapping[str, Any], dict[str, Any]]:
    shared = {
        "scheduler": tiny_scheduler,
        "tokenizer": _roberta,
        "vocoder": _vocoder,
        "vae": full_width_vae,
    }
    if kind in ("audioldm-s", "audioldm-l"):
        return MODEL_INDEX, {
            **shared,
            "unet": lambda: audioldm_unet(kind, text_dim=512),
            "text_encoder": lambda: ClapTextModelWithProjection(ClapTextConfig(**_TEXT)),
        }
    shared |= {"text_encoder": _clap, "feature_extractor": ClapFeatureExtractor}
    if kind == "musicldm":
        return MUSICLDM_INDEX, {**shared, "unet": lambda: audioldm_unet("audioldm-s", text_dim=512)}
    return AUDIOLDM2_INDEX, {
        **shared,
        "unet": lambda: audioldm2_unet(state_dim=768, word_dim=1024),
        "text_encoder_2": _t5,
        "tokenizer_2": _t5_tokenizer,
        "projection_model": lambda: AudioLDM2ProjectionModel(512, 1024, 768),
        "language_model": lambda: GPT2Model(GPT2Config(max_new_tokens=8)),
    }


def _vocoder() -> SpeechT5HifiGan:
    vocoder = SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            model_in_dim=64,
            sampling_rate=16000,
            upsample_initial_channel=1024,
            upsample_rates=[5, 4, 2, 2, 2],
            upsample_kernel_sizes=[16, 16, 8, 4, 4],
            normalize_before=False,
        )
    )
    make_audible(vocoder)  # near silence would hide errors
    return vocoder


def _clap() -> ClapModel:
    config = ClapConfig(text_config=_TEXT, audio_config=_AUDIO, projection_dim=512)
    return ClapModel(config)


def _t5() -> T5EncoderModel:
    return T5EncoderModel(
        T5Config(
            d_model=1024,
            d_ff=2816,
            d_kv=64,
            num_layers=24,
            num_heads=16,
            vocab_size=32128,
            feed_forward_proj="gated-gelu",
            tie_word_embeddings=False,
        )
    )


def _roberta() -> RobertaTokenizerFast:
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = [chr(code) for code in (*printable, *range(256, 512 - len(printable)))]
    merges = list(itertools.product("Ġ" + _LETTERS, _LETTERS))
    tokens = ["<s>", "<pad>", "</s>", "<unk>", *alphabet, *map("".join, merges)]
    tokens += [f"unused{number}" for number in range(len(tokens), _TEXT["vocab_size"] - 1)]
    vocabulary = {token: number for number, token in enumerate([*tokens, "<mask>"])}
    return RobertaTokenizerFast(vocab=vocabulary, merges=merges, model_max_length=512)


def _t5_tokenizer() -> T5TokenizerFast:
    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -3.0) for letter in _LETTERS]
    pieces += [(f"▁{letter}", -2.5) for letter in _LETTERS]
    return T5TokenizerFast(vocab=pieces, extra_ids=100, model_max_length=128)
