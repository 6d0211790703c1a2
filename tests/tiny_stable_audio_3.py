"""A tiny Stable Audio 3 folder: the real classes with seeded random weights."""

import warnings
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_same import AutoencoderSAME
from diffusers.models.transformers.transformer_stable_audio3 import StableAudio3DiTModel
from diffusers.pipelines.stable_audio_3.modeling_stable_audio_3 import (
    StableAudio3DurationEmbedder,
)
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)
from torch import nn
from transformers import GemmaTokenizerFast, T5GemmaConfig, T5GemmaEncoderModel

from tests.tiny_model import write_model

WINDOW_FRAMES = 32
HOP_LENGTH = 64
SAMPLE_RATE = 8000
WORD_DIM = 16
STABLE_AUDIO_3_INDEX = {
    "_class_name": "StableAudio3Pipeline",
    "_diffusers_version": "0.42.1",
    "vae": ["diffusers", "AutoencoderSAME"],
    "text_encoder": ["transformers", "T5GemmaEncoderModel"],
    "tokenizer": ["transformers", "GemmaTokenizerFast"],
    "duration_embedder": ["stable_audio_3", "StableAudio3DurationEmbedder"],
    "transformer": ["diffusers", "StableAudio3DiTModel"],
    "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz,"


def build_tiny_stable_audio_3(folder: Path, seed: int = 0) -> Path:
    """Write the model to `folder` and return it: stereo, 8 kHz, windows of 32 frames of 8 ms."""
    builders = {
        "vae": tiny_same,
        "text_encoder": tiny_gemma_encoder,
        "tokenizer": tiny_gemma_tokenizer,
        "duration_embedder": tiny_duration_embedder,
        "transformer": tiny_transformer,
        "scheduler": ping_pong_settings,
    }
    return write_model(folder, builders, STABLE_AUDIO_3_INDEX, seed)


def tiny_same() -> AutoencoderSAME:
    """Return SAME in small, whose sounds are neither silent nor loud."""
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        vae = AutoencoderSAME(
            patch_size=16,
            encoder_channels=8,
            encoder_c_mults=(2,),
            encoder_strides=(4,),
            encoder_transformer_depths=(2,),
            latent_dim=4,
            dim_heads=8,
            decoder_sinusoidal_blocks=(2,),
            sampling_rate=SAMPLE_RATE,
        )
    _draw(vae, 0.2)
    with torch.no_grad():
        vae.decoder.blocks[-1].mapping.weight_g.mul_(0.15)
    return vae


def tiny_gemma_encoder() -> T5GemmaEncoderModel:
    """Return T5Gemma's encoder in small."""
    sizes: dict[str, Any] = {
        "vocab_size": len(_pieces()),
        "hidden_size": WORD_DIM,
        "intermediate_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "num_key_value_heads": 1,
        "head_dim": 8,
        "max_position_embeddings": 300,
        "sliding_window": 16,
    }
    return T5GemmaEncoderModel(
        T5GemmaConfig(encoder=sizes, decoder=sizes, is_encoder_decoder=False)
    )


def tiny_gemma_tokenizer() -> GemmaTokenizerFast:
    """Return Gemma's tokenizer with single letters for pieces."""
    return GemmaTokenizerFast(vocab=_pieces(), merges=[], add_bos_token=True)


def tiny_duration_embedder() -> StableAudio3DurationEmbedder:
    """Return what tells the length of a clip, of up to 0.3 s."""
    return StableAudio3DurationEmbedder(output_dim=WORD_DIM, fourier_dim=8, max_val=0.3)


def tiny_transformer() -> StableAudio3DiTModel:
    """Return Stable Audio 3's denoiser in small, told what is known of a clip."""
    network = StableAudio3DiTModel(
        io_channels=4,
        embed_dim=16,
        depth=2,
        num_heads=2,
        cond_token_dim=WORD_DIM,
        global_cond_dim=WORD_DIM,
        local_add_cond_dim=5,
        timestep_features_dim=8,
        num_memory_tokens=3,
    )
    _draw(network, 0.2)
    return network


def ping_pong_settings() -> FlowMatchEulerDiscreteScheduler:
    """Return the sampler's settings, as those of the distilled models are."""
    return FlowMatchEulerDiscreteScheduler(
        num_train_timesteps=1, shift=1.0, stochastic_sampling=True
    )


def _draw(network: nn.Module, deviation: float) -> None:
    """Draw all products, also those that begin at 0 and would do nothing."""
    for name, parameter in network.named_parameters():
        if parameter.dim() > 1 and not name.endswith("weight_g"):
            torch.nn.init.normal_(parameter, std=deviation)


def _pieces() -> dict[str, int]:
    pieces = ["<pad>", "<eos>", "<bos>", "<unk>", "▁", *_LETTERS]
    return {piece: number for number, piece in enumerate(pieces)}
