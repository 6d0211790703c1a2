"""The networks of diffusers' own fast tests run as in its pipelines.

Sizes are those of `get_dummy_components` in diffusers' tests/pipelines: audioldm2/test_audioldm2.py
(commit 58eb52c, August 2026), audioldm/test_audioldm.py (0356e18) and musicldm/test_musicldm.py
(1c6e13e), which were removed there later with the deprecated pipelines. So are the runs: DDIM, and
PNDM with a negative prompt; a length; a vocoder of other sizes.

The tokenizers there are files of the hub, so ours take their place. The samples expected there hold
for no program with transformers 5: it initialises a HiFi-GAN to near silence, where they are some
0.005. So a vocoder that can be heard takes its place too, and the pipelines are compared
themselves. Their tests of embeddings, batches, slicing, xFormers and offloading have nothing to
compare: they are about arguments that a request does not have.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL, DDIMScheduler, PNDMScheduler, UNet2DConditionModel
from diffusers.pipelines.audioldm2.modeling_audioldm2 import (
    AudioLDM2ProjectionModel,
    AudioLDM2UNet2DConditionModel,
)
from torch import Tensor
from transformers import (
    ClapConfig,
    ClapFeatureExtractor,
    ClapModel,
    ClapTextConfig,
    ClapTextModelWithProjection,
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
from tests.stock_pipelines import stock_audioldm, stock_audioldm2, stock_musicldm
from tests.tiny_families import AUDIOLDM2_INDEX, MUSICLDM_INDEX, tiny_word_tokenizer
from tests.tiny_model import MODEL_INDEX, make_audible, tiny_tokenizer, write_model

PROMPT = "A hammer hitting wood"
SECONDS = 0.1
TOLERANCE = 1e-4  # of those tests


def audioldm2_unet() -> AudioLDM2UNet2DConditionModel:
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


def unet() -> UNet2DConditionModel:
    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=2,
        sample_size=32,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        cross_attention_dim=(32, 64),
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=32,
        class_embeddings_concat=True,
    )


def audioldm2_vae() -> AutoencoderKL:
    return vae(channels=[8, 16], groups=8)


def vae(channels: tuple[int, ...] | list[int] = (32, 64), groups: int = 32) -> AutoencoderKL:
    return AutoencoderKL(
        block_out_channels=channels,
        in_channels=1,
        out_channels=1,
        norm_num_groups=groups,
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        latent_channels=4,
    )


def clap_text() -> ClapTextModelWithProjection:
    config = ClapTextConfig(
        hidden_size=32,
        intermediate_size=37,
        layer_norm_eps=1e-05,
        num_attention_heads=4,
        num_hidden_layers=5,
        vocab_size=1000,
        projection_dim=32,
    )
    return ClapTextModelWithProjection(config)


def musicldm_clap() -> ClapModel:
    text = {
        "hidden_size": 16,
        "intermediate_size": 37,
        "layer_norm_eps": 1e-05,
        "num_attention_heads": 2,
        "num_hidden_layers": 2,
        "vocab_size": 1000,
    }
    audio = {
        "spec_size": 64,
        "window_size": 4,
        "num_mel_bins": 64,
        "intermediate_size": 37,
        "layer_norm_eps": 1e-05,
        "depths": [2, 2],
        "num_attention_heads": [2, 2],
        "num_hidden_layers": 2,
        "hidden_size": 192,
        "patch_size": 2,
        "patch_stride": 2,
        "patch_embed_input_channels": 4,
    }
    return ClapModel(ClapConfig(text_config=text, audio_config=audio, projection_dim=32))


def audioldm2_clap() -> ClapModel:
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


def vocoder(num_mels: int = 8) -> SpeechT5HifiGan:
    network = SpeechT5HifiGan(
        SpeechT5HifiGanConfig(
            model_in_dim=num_mels,
            sampling_rate=16000,
            upsample_initial_channel=16,
            upsample_rates=[2, 2],
            upsample_kernel_sizes=[4, 4],
            resblock_kernel_sizes=[3, 7],
            resblock_dilation_sizes=[[1, 3, 5], [1, 3, 5]],
            normalize_before=False,
        )
    )
    make_audible(network)
    return network


SHARED = {
    "vae": vae,
    "vocoder": vocoder,
    "tokenizer": tiny_tokenizer,
    "scheduler": lambda: DDIMScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
    ),
}
AUDIOLDM2 = {
    **SHARED,
    "unet": audioldm2_unet,
    "vae": audioldm2_vae,
    "text_encoder": audioldm2_clap,
    "feature_extractor": ClapFeatureExtractor,
    "tokenizer_2": tiny_word_tokenizer,
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


AUDIOLDM = {**SHARED, "unet": unet, "text_encoder": clap_text}
MUSICLDM = {
    **SHARED,
    "unet": unet,
    "text_encoder": musicldm_clap,
    "feature_extractor": ClapFeatureExtractor,
}
FAMILIES: Mapping[str, tuple[dict[str, Any], Mapping[str, Any], Callable[[Path], Any]]] = {
    "audioldm": (AUDIOLDM, MODEL_INDEX, stock_audioldm),
    "musicldm": (MUSICLDM, MUSICLDM_INDEX, stock_musicldm),
    "audioldm2": (AUDIOLDM2, AUDIOLDM2_INDEX, stock_audioldm2),
}
ENGINE = EngineConfig(device="cpu", tiling=TilingConfig(mode="exact"))


@pytest.fixture(params=FAMILIES)
def family(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def write(folder: Path, family: str, **others: Callable[[], Any]) -> Path:
    """The family's folder, with other parts in place of some."""
    builders, index, _ = FAMILIES[family]
    builders = {**builders, **others}
    scheduler = ["diffusers", type(builders["scheduler"]()).__name__]
    return write_model(folder / family, builders, {**index, "scheduler": scheduler}, seed=0)


def request_for(folder: Path, **settings: Any) -> GenerationRequest:
    return GenerationRequest(
        prompt=PROMPT,
        **{"duration_s": SECONDS, "num_inference_steps": 2, "guidance_scale": 6.0, **settings},
        seed=0,
        model=str(folder),
    )


@pytest.mark.parametrize(
    ("scheduler", "negative_prompt"), [(Scheduler.DDIM, ""), (Scheduler.PNDM, "egg cracking")]
)
def test_latents_and_samples_equal_those_of_the_pipeline(
    family: str,
    tmp_path: Path,
    scheduler: Scheduler,
    negative_prompt: str,
    expect_log: Callable[[str], None],
) -> None:
    if family != "audioldm2":
        expect_log("has been deprecated")
    pndm = {"scheduler": lambda: PNDMScheduler(skip_prk_steps=True)}
    folder = write(tmp_path, family, **(pndm if scheduler is Scheduler.PNDM else {}))
    theirs: list[Tensor] = []
    samples = FAMILIES[family][2](folder)(
        PROMPT,
        negative_prompt=negative_prompt,
        audio_length_in_s=SECONDS,
        num_inference_steps=2,
        guidance_scale=6.0,
        generator=torch.Generator().manual_seed(0),
        callback=lambda index, timestep, latents: theirs.append(latents[0].clone()),
    ).audios[0]
    settings = {"scheduler": scheduler, "negative_prompt": negative_prompt}
    take = Engine(ENGINE).generate(request_for(folder, **settings))
    assert np.abs(samples).max() > 0.01
    np.testing.assert_allclose(take.latents, theirs[-1], atol=TOLERANCE)
    faded = Edge.at_rate(take.sample_rate).length
    inside = slice(faded, len(take.waveform) - faded)
    np.testing.assert_allclose(take.waveform[inside], samples[inside], atol=TOLERANCE)


def test_a_clip_is_as_long_as_it_was_asked_to_be(family: str, tmp_path: Path) -> None:
    engine, folder = Engine(ENGINE), write(tmp_path, family)
    for duration_s in (0.112, 0.128):
        take = engine.generate(request_for(folder, duration_s=duration_s))
        assert len(take.waveform) == round(16_000 * duration_s)


def test_a_vocoder_of_twice_the_mels_gives_as_many_samples(family: str, tmp_path: Path) -> None:
    folder = write(tmp_path, family, vocoder=lambda: vocoder(num_mels=16))
    take = Engine(ENGINE).generate(request_for(folder, num_inference_steps=1))
    assert len(take.waveform) == round(16_000 * SECONDS)
