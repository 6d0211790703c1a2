"""A tiny ACE-Step folder: the real classes with seeded random weights."""

import json
from pathlib import Path

import torch
from diffusers import FlowMatchEulerDiscreteScheduler
from diffusers.models.transformers.ace_step_transformer import AceStepTransformer1DModel
from diffusers.pipelines.ace_step.modeling_ace_step import AceStepConditionEncoder
from torch import nn
from transformers import Qwen2TokenizerFast, Qwen3Config, Qwen3Model

from tests.tiny_model import write_model
from tests.tiny_stable_audio import tiny_oobleck

LATENT_CHANNELS = 4
WORD_DIM = 24
ENCODER_DIM, DENOISER_DIM = 16, 20
WINDOW_FRAMES = 40
ACE_STEP_INDEX = {
    "_class_name": "AceStepPipeline",
    "_diffusers_version": "0.42.1",
    "vae": ["diffusers", "AutoencoderOobleck"],
    "text_encoder": ["transformers", "Qwen3Model"],
    "tokenizer": ["transformers", "Qwen2TokenizerFast"],
    "transformer": ["diffusers", "AceStepTransformer1DModel"],
    "condition_encoder": ["ace_step", "AceStepConditionEncoder"],
    "scheduler": ["diffusers", "FlowMatchEulerDiscreteScheduler"],
    "audio_tokenizer": [None, None],
    "audio_token_detokenizer": [None, None],
}


def build_tiny_ace_step(folder: Path, *, is_turbo: bool, seed: int = 0) -> Path:
    """Write the model to `folder` and return it: stereo, 8 kHz, windows of 40 frames of 8 ms."""
    builders = {
        "vae": tiny_oobleck,
        "text_encoder": tiny_qwen,
        "tokenizer": tiny_letters,
        "transformer": lambda: tiny_denoiser(is_turbo),
        "condition_encoder": tiny_condition_encoder,
        "scheduler": lambda: FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
    }
    write_model(folder, builders, ACE_STEP_INDEX, seed)
    (folder / "tessera.json").write_text(json.dumps({"window_frames": 32}))
    return folder


def tiny_qwen() -> Qwen3Model:
    """Return Qwen3 in small."""
    config = Qwen3Config(
        vocab_size=300,
        hidden_size=WORD_DIM,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        max_window_layers=2,
    )
    return Qwen3Model(config)


def tiny_letters() -> Qwen2TokenizerFast:
    """Return Qwen's tokenizer with bytes for pieces."""
    from tokenizers.pre_tokenizers import ByteLevel

    vocab = {piece: number for number, piece in enumerate(sorted(ByteLevel.alphabet()))}
    vocab["<|endoftext|>"] = len(vocab)
    return Qwen2TokenizerFast(vocab=vocab, merges=[], model_max_length=4096)


def tiny_denoiser(is_turbo: bool) -> AceStepTransformer1DModel:
    """Return ACE-Step's denoiser in small."""
    return AceStepTransformer1DModel(
        hidden_size=DENOISER_DIM,
        intermediate_size=24,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        in_channels=3 * LATENT_CHANNELS,
        audio_acoustic_hidden_dim=LATENT_CHANNELS,
        sliding_window=8,
        encoder_hidden_size=ENCODER_DIM,
        is_turbo=is_turbo,
        model_version="turbo" if is_turbo else "base",
    )


def tiny_condition_encoder() -> AceStepConditionEncoder:
    """Return what reads words, lyrics and timbre, with a silence that is not all zero."""
    encoder = AceStepConditionEncoder(
        hidden_size=ENCODER_DIM,
        intermediate_size=24,
        text_hidden_dim=WORD_DIM,
        timbre_hidden_dim=LATENT_CHANNELS,
        num_lyric_encoder_hidden_layers=2,
        num_timbre_encoder_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
        sliding_window=8,
    )
    with torch.no_grad():
        nn.init.normal_(encoder.silence_latent, std=0.3)
    return encoder
