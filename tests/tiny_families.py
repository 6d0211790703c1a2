"""Tiny AudioLDM2 and MusicLDM folders: the real classes with seeded random weights."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
)
from transformers import (
    ClapAudioConfig,
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    GPT2Config,
    GPT2Model,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

from tests.tiny_model import (
    MODEL_INDEX,
    PROJECTION_DIM,
    UNET_SIZE,
    tiny_scheduler,
    tiny_text_encoder,
    tiny_tokenizer,
    tiny_unet,
    tiny_vae,
    tiny_vocoder,
    write_model,
)

WORD_DIM = 24
STATE_DIM = 16
NUM_STATES = 8
MAX_WORD_TOKENS = 40
_CLAP = {
    "text_encoder": ["transformers", "ClapModel"],
    "feature_extractor": ["transformers", "ClapFeatureExtractor"],
}
MUSICLDM_INDEX = {**MODEL_INDEX, **_CLAP, "_class_name": "MusicLDMPipeline"}
AUDIOLDM2_INDEX = {
    **MODEL_INDEX,
    **_CLAP,
    "_class_name": "AudioLDM2Pipeline",
    "unet": ["audioldm2", "AudioLDM2UNet2DConditionModel"],
    "text_encoder_2": ["transformers", "T5EncoderModel"],
    "tokenizer_2": ["transformers", "T5TokenizerFast"],
    "projection_model": ["audioldm2", "AudioLDM2ProjectionModel"],
    "language_model": ["transformers", "GPT2Model"],  # as the models on the hub name it
}
AUDIOLDM_T5_INDEX = {
    name: AUDIOLDM2_INDEX[name]
    for name in ("unet", "vae", "vocoder", "scheduler", "text_encoder_2", "tokenizer_2")
} | {"_class_name": "AudioLDMT5Pipeline"}


def build_tiny_musicldm(folder: Path, seed: int = 0) -> Path:
    """Write a MusicLDM model to `folder` and return it; the geometry is the tiny AudioLDM's."""
    return write_model(folder, {**_SHARED_BUILDERS, "unet": tiny_unet}, MUSICLDM_INDEX, seed)


def build_tiny_audioldm2(folder: Path, seed: int = 0) -> Path:
    """Write an AudioLDM2 model to `folder` and return it; the geometry is the tiny AudioLDM's."""
    return write_model(folder, AUDIOLDM2_BUILDERS, AUDIOLDM2_INDEX, seed)


def build_tiny_audioldm_t5(folder: Path, seed: int = 0) -> Path:
    """Write an AudioLDM model that reads words to `folder` and return it."""
    builders = {name: AUDIOLDM2_BUILDERS[name] for name in AUDIOLDM_T5_INDEX if name[0] != "_"}
    builders["unet"] = lambda: tiny_unet2(WORD_DIM)
    return write_model(folder, builders, AUDIOLDM_T5_INDEX, seed)


def tiny_clap() -> ClapModel:
    """Return the whole CLAP in small: the tiny text branch, and an audio branch nobody asks."""
    audio = ClapAudioConfig(
        spec_size=64,
        window_size=4,
        num_mel_bins=64,
        patch_size=2,
        patch_stride=2,
        patch_embed_input_channels=4,
        patch_embeds_hidden_size=8,
        depths=[1, 1],
        num_attention_heads=[1, 1],
        num_hidden_layers=2,
        hidden_size=16,
    )
    text = tiny_text_encoder().config
    return ClapModel(
        ClapConfig(
            text_config=text.to_dict(),
            audio_config=audio.to_dict(),
            projection_dim=PROJECTION_DIM,
        )
    )


def tiny_unet2(*widths: int) -> AudioLDM2UNet2DConditionModel:
    """Return AudioLDM2's UNet in small: it attends to itself, and to vectors of these widths.

    Without any, these are the states and the words.
    """
    attends_to = (None, *(widths or (STATE_DIM, WORD_DIM)))
    return AudioLDM2UNet2DConditionModel(
        **UNET_SIZE, attention_head_dim=2, cross_attention_dim=(attends_to,) * 2
    )


def tiny_word_encoder() -> T5EncoderModel:
    """Return Flan-T5's encoder in small."""
    config = T5Config(
        vocab_size=len(_pieces()),
        d_model=WORD_DIM,
        d_kv=8,
        d_ff=32,
        num_layers=2,
        num_heads=2,
        feed_forward_proj="gated-gelu",
    )
    return T5EncoderModel(config)


def tiny_word_tokenizer() -> T5TokenizerFast:
    """Return T5's tokenizer with single letters for pieces; all else is unknown to it."""
    return T5TokenizerFast(vocab=_pieces(), extra_ids=0, model_max_length=MAX_WORD_TOKENS)


def tiny_projection_model(state_dim: int = STATE_DIM) -> AudioLDM2ProjectionModel:
    """Return what brings CLAP's vector and T5's words to one width."""
    return AudioLDM2ProjectionModel(
        text_encoder_dim=PROJECTION_DIM, text_encoder_1_dim=WORD_DIM, langauge_model_dim=state_dim
    )


def tiny_language_model(num_positions: int = 99) -> GPT2Model:
    """Return GPT-2 in small, with the number of states that it is to write."""
    config = GPT2Config(
        vocab_size=50,
        n_embd=STATE_DIM,
        n_layer=2,
        n_head=2,
        n_positions=num_positions,
        bos_token_id=0,
        eos_token_id=0,
        max_new_tokens=NUM_STATES,
    )
    return GPT2Model(config)


def _pieces() -> list[tuple[str, float]]:
    letters = [(letter, -3.0) for letter in "abcdefghijklmnopqrstuvwxyz,"]
    return [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0), *letters]


_SHARED_BUILDERS: dict[str, Callable[[], Any]] = {
    "vae": tiny_vae,
    "text_encoder": tiny_clap,
    "vocoder": tiny_vocoder,
    "scheduler": tiny_scheduler,
    "tokenizer": tiny_tokenizer,
    "feature_extractor": ClapFeatureExtractor,
}
AUDIOLDM2_BUILDERS: Mapping[str, Callable[[], Any]] = {
    **_SHARED_BUILDERS,
    "unet": tiny_unet2,
    "text_encoder_2": tiny_word_encoder,
    "tokenizer_2": tiny_word_tokenizer,
    "projection_model": tiny_projection_model,
    "language_model": tiny_language_model,
}
