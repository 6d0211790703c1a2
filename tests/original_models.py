"""Tiny models with the sizes of their originals, in diffusers' format."""

from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
)
from transformers import (
    ClapTextConfig,
    ClapTextModelWithProjection,
    GPT2Config,
    GPT2Model,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
)

from core.models.conversion.vocabularies import PHONEMES
from tests.tiny_families import (
    AUDIOLDM2_INDEX,
    AUDIOLDM_T5_INDEX,
    MUSICLDM_INDEX,
    WORD_DIM,
    tiny_projection_model,
    tiny_word_encoder,
    tiny_word_tokenizer,
)
from tests.tiny_model import (
    MAX_TOKENS,
    MODEL_INDEX,
    PROJECTION_DIM,
    make_audible,
    tiny_scheduler,
    tiny_tokenizer,
    tiny_vocoder,
    write_model,
)
from tests.tiny_speech import (
    NUM_POSITIONS,
    SPEECH_INDEX,
    tiny_phoneme_tokenizer,
    tiny_speech_projection,
    tiny_vits,
)

LATENT_CHANNELS = 4
SCALING_FACTOR = 0.9
STATE_DIM = 128
LAYERS_PER_BLOCK = 2

_UNET_SIZE: dict[str, Any] = {
    "sample_size": 16,
    "in_channels": LATENT_CHANNELS,
    "out_channels": LATENT_CHANNELS,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "block_out_channels": (32, 64),
    "layers_per_block": LAYERS_PER_BLOCK,
    "attention_head_dim": (1, 2),  # 32 channels a head
}
_CLASS_EMBEDDING = {
    "class_embed_type": "simple_projection",
    "projection_class_embeddings_input_dim": PROJECTION_DIM,
    "class_embeddings_concat": True,
}


def audioldm_unet() -> UNet2DConditionModel:
    """Return AudioLDM's UNet with 32 groups and 32 channels a head."""
    return UNet2DConditionModel(**_UNET_SIZE, cross_attention_dim=(32, 64), **_CLASS_EMBEDDING)


def audioldm2_unet(*widths: int) -> AudioLDM2UNet2DConditionModel:
    """Return AudioLDM2's UNet, which attends to itself and to vectors of these widths."""
    attends_to = (None, *widths)
    return AudioLDM2UNet2DConditionModel(**_UNET_SIZE, cross_attention_dim=(attends_to,) * 2)


def audioldm_48k_unet() -> AudioLDM2UNet2DConditionModel:
    """Return the UNet of AudioLDM2's program that reads its prompt as AudioLDM does."""
    attends_to = (None, None)
    return AudioLDM2UNet2DConditionModel(
        **_UNET_SIZE, cross_attention_dim=(attends_to,) * 2, **_CLASS_EMBEDDING
    )


def original_vae(channels: tuple[int, ...] = (32, 32, 64)) -> AutoencoderKL:
    """Return AudioLDM's VAE with 32 groups and a level for each number of channels."""
    return AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * len(channels),
        up_block_types=("UpDecoderBlock2D",) * len(channels),
        block_out_channels=channels,
        layers_per_block=2,
        latent_channels=LATENT_CHANNELS,
        scaling_factor=SCALING_FACTOR,
    )


def original_clap() -> ClapTextModelWithProjection:
    """Return CLAP's text branch with RoBERTa's heads and epsilon."""
    config = ClapTextConfig(
        vocab_size=260,
        hidden_size=128,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=MAX_TOKENS + 8,
        projection_dim=PROJECTION_DIM,
        layer_norm_eps=1e-5,
    )
    return ClapTextModelWithProjection(config)


def original_gpt2(*, num_positions: int = 199, num_states: int = 8) -> GPT2Model:
    """Return GPT-2 with heads of 64 channels."""
    return GPT2Model(
        GPT2Config(
            vocab_size=50,
            n_embd=STATE_DIM,
            n_layer=2,
            n_head=2,
            n_positions=num_positions,
            max_new_tokens=num_states,
            bos_token_id=49,
            eos_token_id=49,
        )
    )


def original_vae_48k() -> AutoencoderKL:
    """Return the VAE of 48 kHz, which has four levels."""
    return original_vae((32, 32, 64, 64))


def original_vocoder_48k() -> SpeechT5HifiGan:
    """Return the vocoder of 48 kHz with few channels."""
    config = SpeechT5HifiGanConfig(
        model_in_dim=64,
        sampling_rate=48_000,
        upsample_initial_channel=32,
        upsample_rates=[6, 5, 4, 2, 2],
        upsample_kernel_sizes=[12, 10, 8, 4, 4],
        resblock_kernel_sizes=[3, 7],
        resblock_dilation_sizes=[[1, 3, 5]] * 2,
        normalize_before=False,
    )
    vocoder = SpeechT5HifiGan(config)
    make_audible(vocoder)
    return vocoder


def _projection() -> AudioLDM2ProjectionModel:
    model = tiny_projection_model(STATE_DIM)
    for name in ("sos_embed", "eos_embed", "sos_embed_1", "eos_embed_1"):
        torch.nn.init.normal_(getattr(model, name))
    return model


_SOUND = {"vae": original_vae, "vocoder": tiny_vocoder, "scheduler": tiny_scheduler}
_SHARED = {**_SOUND, "text_encoder": original_clap, "tokenizer": tiny_tokenizer}
_WORDS = {"text_encoder_2": tiny_word_encoder, "tokenizer_2": tiny_word_tokenizer}
_CLAP_INDEX = {"text_encoder": ["transformers", "ClapTextModelWithProjection"]}
_UNET2_INDEX = {"unet": ["audioldm2", "AudioLDM2UNet2DConditionModel"]}
FAMILIES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "audioldm": ({**_SHARED, "unet": audioldm_unet}, MODEL_INDEX),
    "musicldm": ({**_SHARED, "unet": audioldm_unet}, {**MUSICLDM_INDEX, **_CLAP_INDEX}),
    "audioldm-48k": (
        {
            **_SHARED,
            "unet": audioldm_48k_unet,
            "vae": original_vae_48k,
            "vocoder": original_vocoder_48k,
        },
        {**MODEL_INDEX, **_UNET2_INDEX},
    ),
    "audioldm-t5": (
        {**_SOUND, "unet": lambda: audioldm2_unet(WORD_DIM), **_WORDS},
        AUDIOLDM_T5_INDEX,
    ),
    "audioldm2": (
        {
            **_SHARED,
            "unet": lambda: audioldm2_unet(STATE_DIM, WORD_DIM),
            **_WORDS,
            "projection_model": _projection,
            "language_model": original_gpt2,
        },
        {**AUDIOLDM2_INDEX, **_CLAP_INDEX},
    ),
    "audioldm2-speech": (
        {
            **_SHARED,
            "unet": lambda: audioldm2_unet(STATE_DIM),
            "text_encoder_2": tiny_vits,
            "tokenizer_2": lambda: tiny_phoneme_tokenizer(phonemize=True, symbols=PHONEMES),
            "projection_model": lambda: tiny_speech_projection(STATE_DIM),
            "language_model": lambda: original_gpt2(num_positions=NUM_POSITIONS, num_states=512),
        },
        {**SPEECH_INDEX, **_CLAP_INDEX},
    ),
}


def build_model(name: str, folder: Path, seed: int = 0) -> Path:
    """Write one of FAMILIES in diffusers' format."""
    builders, index = FAMILIES[name]
    return write_model(folder, builders, index, seed)
