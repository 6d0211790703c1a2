"""A tiny AudioLDM folder: the real classes with seeded random weights, built offline in a second.

It keeps diffusers' format to the letter, so that the loader, the engine and the stock pipeline
all read it. What it says is noise, but repeatable, finite and audible noise.
"""

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL
from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from diffusers.schedulers.scheduling_ddim import DDIMScheduler
from torch import nn
from transformers import (
    ClapTextConfig,
    ClapTextModelWithProjection,
    RobertaTokenizerFast,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
)

PROJECTION_DIM = 32
TOKEN_DIM = 16
MAX_TOKENS = 32
LATENT_CHANNELS = 4
UNET_SIZE: dict[str, Any] = {
    "sample_size": 16,
    "in_channels": LATENT_CHANNELS,
    "out_channels": LATENT_CHANNELS,
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D"),
    "block_out_channels": (8, 16),
    "layers_per_block": 1,
    "norm_num_groups": 4,
}
MODEL_INDEX = {
    "_class_name": "AudioLDMPipeline",
    "_diffusers_version": "0.42.1",
    "scheduler": ["diffusers", "DDIMScheduler"],
    "text_encoder": ["transformers", "ClapTextModelWithProjection"],
    "tokenizer": ["transformers", "RobertaTokenizerFast"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
    "vocoder": ["transformers", "SpeechT5HifiGan"],
}


def build_tiny_model(folder: Path, seed: int = 0) -> Path:
    """Write the model to `folder` and return it: 64 mel bins, hop 160, 16 kHz, 4x latents."""
    return write_model(folder, BUILDERS, MODEL_INDEX, seed)


def build_tiny_token_model(folder: Path, seed: int = 0) -> Path:
    """Write the same with a UNet that attends to the prompt's tokens."""
    return write_model(folder, {**BUILDERS, "unet": tiny_token_unet}, MODEL_INDEX, seed)


def write_model(
    folder: Path, builders: Mapping[str, Callable[[], Any]], index: Mapping[str, Any], seed: int
) -> Path:
    """Write seeded parts and the model_index.json that names them; built in the order given."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        parts = {name: build() for name, build in builders.items()}
    for name, part in parts.items():
        if isinstance(part, nn.Module):
            part.eval()
        part.save_pretrained(folder / name)
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def reconstruct_phases(folder: Path, **changes: object) -> tuple[Path, dict[str, object]]:
    """Put a phase reconstruction in place of a model's vocoder; its config's file and content."""
    shutil.rmtree(folder / "vocoder")
    (folder / "vocoder").mkdir()
    config = {
        "_class_name": "PhaseReconstructionVocoder",
        "sampling_rate": 16000,
        "n_fft": 1024,
        "hop_length": 160,
        "model_in_dim": 64,
        **changes,
    }
    file = folder / "vocoder/config.json"
    file.write_text(json.dumps(config))
    return file, config


def tiny_vae() -> AutoencoderKL:
    """Return AudioLDM's VAE in small: three levels, 4x along both axes, mid-block attention."""
    return AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=(8, 8, 16),
        layers_per_block=1,
        latent_channels=LATENT_CHANNELS,
        norm_num_groups=4,
        scaling_factor=0.9,
    )


def tiny_unet() -> UNet2DConditionModel:
    """Return AudioLDM's UNet in small: the prompt enters as a class embedding."""
    return UNet2DConditionModel(
        **UNET_SIZE,
        attention_head_dim=8,
        cross_attention_dim=(8, 16),
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=PROJECTION_DIM,
        class_embeddings_concat=True,
    )


def predict_once(unet: Any) -> None:
    """Run a `tiny_unet`, for what its layers make at their first call."""
    with torch.inference_mode():
        labels = torch.zeros(1, PROJECTION_DIM)
        unet(torch.zeros(1, LATENT_CHANNELS, 8, 16), 1, None, class_labels=labels)


def tiny_token_unet(token_dim: int = TOKEN_DIM) -> UNet2DConditionModel:
    """Return the bundled model's UNet in small: it also attends to the prompt's tokens.

    Its finest level has no block on the way down.
    """
    return UNet2DConditionModel(
        **UNET_SIZE | {"layers_per_block": (0, 1)},
        attention_head_dim=2,
        cross_attention_dim=token_dim,
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=PROJECTION_DIM,
        class_embeddings_concat=True,
    )


def tiny_text_encoder() -> ClapTextModelWithProjection:
    """Return CLAP's text branch in small."""
    config = ClapTextConfig(
        vocab_size=260,
        hidden_size=TOKEN_DIM,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=MAX_TOKENS + 8,
        projection_dim=PROJECTION_DIM,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
    )
    return ClapTextModelWithProjection(config)


def tiny_tokenizer() -> RobertaTokenizerFast:
    """Return a byte-level tokenizer without merges: one token a byte."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    shifted = range(256, 256 + 256 - len(printable))  # how byte-level BPE spells the other bytes
    symbols = ["<s>", "<pad>", "</s>", "<unk>", *map(chr, printable), *map(chr, shifted)]
    vocab = {symbol: index for index, symbol in enumerate(symbols)}
    return RobertaTokenizerFast(vocab=vocab, merges=[], model_max_length=MAX_TOKENS)


def tiny_vocoder() -> SpeechT5HifiGan:
    """Return AudioLDM's vocoder with few channels, but all of its rates: 160 samples a frame."""
    config = SpeechT5HifiGanConfig(
        model_in_dim=64,
        sampling_rate=16000,
        upsample_initial_channel=32,
        upsample_rates=[5, 4, 2, 2, 2],
        upsample_kernel_sizes=[16, 16, 8, 4, 4],
        resblock_kernel_sizes=[3, 7],
        resblock_dilation_sizes=[[1, 3], [1, 3]],
        normalize_before=False,
    )
    vocoder = SpeechT5HifiGan(config)
    make_audible(vocoder)
    return vocoder


def tiny_scheduler() -> DDIMScheduler:
    """Return AudioLDM's own noise schedule."""
    return DDIMScheduler(
        beta_start=0.0015,
        beta_end=0.0195,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
    )


def make_audible(vocoder: nn.Module) -> None:
    """Widen the weights: as initialised, a HiFi-GAN's output is some 200 dB below full scale."""
    for parameter in vocoder.parameters():
        if parameter.dim() > 1:
            fan_in = parameter[0].numel()
            nn.init.normal_(parameter, std=fan_in**-0.5)


BUILDERS: Mapping[str, Callable[[], Any]] = {
    "vae": tiny_vae,
    "unet": tiny_unet,
    "text_encoder": tiny_text_encoder,
    "vocoder": tiny_vocoder,
    "scheduler": tiny_scheduler,
    "tokenizer": tiny_tokenizer,
}
