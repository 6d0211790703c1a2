"""A tiny Stable Audio folder: the real classes with seeded random weights."""

import warnings
from pathlib import Path
from typing import Any

import torch
from diffusers import EDMDPMSolverMultistepScheduler
from diffusers.models.autoencoders.autoencoder_oobleck import AutoencoderOobleck
from diffusers.models.transformers.stable_audio_transformer import StableAudioDiTModel
from diffusers.pipelines.stable_audio.modeling_stable_audio import StableAudioProjectionModel
from torch import nn

from tests.tiny_families import WORD_DIM, tiny_word_encoder, tiny_word_tokenizer
from tests.tiny_model import write_model

WINDOW_FRAMES = 40
HOP_LENGTH = 64
SAMPLE_RATE = 8000
SCHEDULE: dict[str, Any] = {
    "sigma_min": 0.3,
    "sigma_max": 500.0,
    "sigma_data": 1.0,
    "sigma_schedule": "exponential",
    "prediction_type": "v_prediction",
}
STABLE_AUDIO_INDEX = {
    "_class_name": "StableAudioPipeline",
    "_diffusers_version": "0.42.1",
    "vae": ["diffusers", "AutoencoderOobleck"],
    "text_encoder": ["transformers", "T5EncoderModel"],
    "projection_model": ["stable_audio", "StableAudioProjectionModel"],
    "tokenizer": ["transformers", "T5TokenizerFast"],
    "transformer": ["diffusers", "StableAudioDiTModel"],
    "scheduler": ["diffusers", "EDMDPMSolverMultistepScheduler"],
}


def build_tiny_stable_audio(folder: Path, seed: int = 0) -> Path:
    """Write the model to `folder` and return it: stereo, 8 kHz, windows of 40 frames of 8 ms."""
    builders = {
        "vae": tiny_oobleck,
        "text_encoder": tiny_word_encoder,
        "projection_model": tiny_place_projection,
        "tokenizer": tiny_word_tokenizer,
        "transformer": tiny_transformer,
        "scheduler": tiny_edm_scheduler,
    }
    return write_model(folder, builders, STABLE_AUDIO_INDEX, seed)


def tiny_edm_scheduler() -> EDMDPMSolverMultistepScheduler:
    """Return Stable Audio's levels of noise."""
    return EDMDPMSolverMultistepScheduler(**SCHEDULE)


def tiny_oobleck() -> AutoencoderOobleck:
    """Return Stable Audio's autoencoder in small, with sounds that are neither silent nor loud."""
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        vae = AutoencoderOobleck(
            encoder_hidden_size=8,
            downsampling_ratios=[2, 4, 8],
            channel_multiples=[1, 2, 2],
            decoder_channels=8,
            decoder_input_channels=4,
            audio_channels=2,
            sampling_rate=SAMPLE_RATE,
        )
    with torch.no_grad():
        for name, parameter in vae.named_parameters():
            if name.endswith(("alpha", "beta")):
                nn.init.normal_(parameter, std=0.3)
        vae.decoder.conv2.weight_g.mul_(0.3)
    return vae


def tiny_place_projection() -> StableAudioProjectionModel:
    """Return what makes tokens of words and of seconds."""
    return StableAudioProjectionModel(
        text_encoder_dim=WORD_DIM, conditioning_dim=16, min_value=0, max_value=512
    )


def tiny_transformer() -> StableAudioDiTModel:
    """Return Stable Audio's denoiser in small."""
    return StableAudioDiTModel(
        sample_size=WINDOW_FRAMES,
        in_channels=4,
        num_layers=2,
        attention_head_dim=8,
        num_attention_heads=2,
        num_key_value_attention_heads=1,
        out_channels=4,
        cross_attention_dim=8,
        time_proj_dim=16,
        global_states_input_dim=32,
        cross_attention_input_dim=16,
    )
