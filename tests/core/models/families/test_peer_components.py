"""The networks of diffusers' own fast tests run as in its pipeline.

Sizes and seeds are those of `get_dummy_components` in diffusers' tests/pipelines/audioldm2/
test_audioldm2.py (commit 58eb52c, August 2026). Its tokenizers are files of the hub, so ours take
their place, and its expected samples, which depend on them, cannot be compared; the pipeline itself
is. The tests of AudioLDM and MusicLDM were removed there with the deprecated pipelines.
"""

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL, DDIMScheduler
from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
)
from torch import Tensor
from transformers import (
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    GPT2Config,
    GPT2LMHeadModel,
    SpeechT5HifiGan,
    SpeechT5HifiGanConfig,
    T5Config,
    T5EncoderModel,
)

from core.api.config import EngineConfig, TilingConfig
from core.api.request import GenerationRequest, Scheduler
from core.engine import Engine
from core.pipeline.edge_fades import Edge
from tests.stock_pipelines import stock_audioldm2
from tests.tiny_families import AUDIOLDM2_INDEX, tiny_word_tokenizer
from tests.tiny_model import tiny_tokenizer, write_model

PROMPT = "A hammer hitting wood"
SECONDS = 0.1
TOLERANCE = 1e-4  # of those tests


def unet() -> AudioLDM2UNet2DConditionModel:
    return AudioLDM2UNet2DConditionModel(
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=8,
        sample_size=32,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=(8, 16),
    )


def vae() -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=[8, 16],
        in_channels=1,
        out_channels=1,
        norm_num_groups=8,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
    )


def clap() -> ClapModel:
    text = {
        "bos_token_id": 0,
        "eos_token_id": 2,
        "hidden_size": 8,
        "intermediate_size": 37,
        "layer_norm_eps": 1e-05,
        "num_attention_heads": 1,
        "num_hidden_layers": 1,
        "pad_token_id": 1,
        "vocab_size": 1000,
        "projection_dim": 8,
    }
    audio = {
        "spec_size": 8,
        "window_size": 4,
        "num_mel_bins": 8,
        "intermediate_size": 37,
        "layer_norm_eps": 1e-05,
        "depths": [1, 1],
        "num_attention_heads": [1, 1],
        "num_hidden_layers": 1,
        "hidden_size": 192,
        "projection_dim": 8,
        "patch_size": 2,
        "patch_stride": 2,
        "patch_embed_input_channels": 4,
    }
    return ClapModel(ClapConfig(text_config=text, audio_config=audio, projection_dim=16))


def vocoder() -> SpeechT5HifiGan:
    return SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            model_in_dim=8,
            sampling_rate=16000,
            upsample_initial_channel=16,
            upsample_rates=[2, 2],
            upsample_kernel_sizes=[4, 4],
            resblock_kernel_sizes=[3, 7],
            resblock_dilation_sizes=[[1, 3, 5], [1, 3, 5]],
            normalize_before=False,
        )
    )


BUILDERS = {
    "unet": unet,
    "vae": vae,
    "text_encoder": clap,
    "vocoder": vocoder,
    "feature_extractor": ClapFeatureExtractor,
    "tokenizer": tiny_tokenizer,
    "tokenizer_2": tiny_word_tokenizer,
    "scheduler": lambda: DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
    ),
    "text_encoder_2": lambda: T5EncoderModel(
        T5Config(vocab_size=32100, d_model=32, d_ff=37, d_kv=8, num_heads=1, num_layers=1)
    ),
    "language_model": lambda: GPT2LMHeadModel(
        GPT2Config(
            n_embd=16,
            n_head=1,
            n_layer=1,
            vocab_size=1000,
            n_positions=99,
            bos_token_id=0,
            eos_token_id=0,
            max_new_tokens=8,
        )
    ),
    "projection_model": lambda: AudioLDM2ProjectionModel(
        text_encoder_dim=16, text_encoder_1_dim=32, langauge_model_dim=16
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("peer"), BUILDERS, AUDIOLDM2_INDEX, seed=0)


def test_latents_and_samples_equal_those_of_the_pipeline(folder: Path) -> None:
    theirs: list[Tensor] = []
    samples = stock_audioldm2(folder)(
        PROMPT,
        audio_length_in_s=SECONDS,
        num_inference_steps=2,
        guidance_scale=6.0,
        generator=torch.Generator().manual_seed(0),
        callback=lambda index, timestep, latents: theirs.append(latents[0].clone()),
    ).audios[0]
    take = Engine(EngineConfig(tiling=TilingConfig(mode="exact"))).generate(
        GenerationRequest(
            prompt=PROMPT,
            duration_s=SECONDS,
            num_inference_steps=2,
            guidance_scale=6.0,
            scheduler=Scheduler.DDIM,
            seed=0,
            model=str(folder),
        )
    )
    np.testing.assert_allclose(take.latents, theirs[-1], atol=TOLERANCE)
    faded = Edge.at_rate(take.sample_rate).length
    inside = slice(faded, len(take.waveform) - faded)
    np.testing.assert_allclose(take.waveform[inside], samples[inside], atol=TOLERANCE)
