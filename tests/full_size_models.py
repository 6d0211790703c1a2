"""Folders of models whose UNet and VAE have the size of published ones, with seeded weights.

Text encoders and vocoder are tiny: they take little of a run's time. AudioLDM2's UNet attends to
their narrow states in place of those of Flan-T5 and GPT-2.
"""

from pathlib import Path
from typing import Any

from diffusers import AudioLDM2UNet2DConditionModel, AutoencoderKL, UNet2DConditionModel

from tests import tiny_families, tiny_model

WIDTHS = {
    "audioldm-s": (128, 256, 384, 640),
    "audioldm-l": (256, 512, 768, 1280),
    "audioldm2": (128, 256, 384, 640),
}
VAE_WIDTHS = (128, 256, 512)
LATENT_CHANNELS = 8


def build_model(folder: Path, name: str, part: int = 1) -> Path:
    """Write a model to `folder` and return it.

    Args:
        folder: Where to.
        name: One of `WIDTHS`.
        part: What all widths are divided by; 8 makes a model for a quick look.
    """
    widths = tuple(width // part for width in WIDTHS[name])
    builders: dict[str, Any] = {
        **(_audioldm2_builders() if name == "audioldm2" else _audioldm_builders()),
        "unet": lambda: _unet(name, widths),
        "vae": lambda: _vae(tuple(width // part for width in VAE_WIDTHS)),
    }
    index = tiny_families.AUDIOLDM2_INDEX if name == "audioldm2" else tiny_model.MODEL_INDEX
    return tiny_model.write_model(folder, builders, index, seed=0)


def _unet(name: str, widths: tuple[int, ...]) -> Any:
    size: dict[str, Any] = {
        "sample_size": 128,
        "in_channels": LATENT_CHANNELS,
        "out_channels": LATENT_CHANNELS,
        "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
        "up_block_types": (*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"),
        "block_out_channels": widths,
        "layers_per_block": 2,
        "attention_head_dim": 8,
        "norm_num_groups": 16,
    }
    if name == "audioldm2":
        listens_to = (None, tiny_families.STATE_DIM, tiny_families.WORD_DIM)
        return AudioLDM2UNet2DConditionModel(**size, cross_attention_dim=(listens_to,) * 4)
    return UNet2DConditionModel(
        **size,
        cross_attention_dim=widths,
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=tiny_model.PROJECTION_DIM,
        class_embeddings_concat=True,
    )


def _vae(widths: tuple[int, ...]) -> AutoencoderKL:
    return AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=widths,
        layers_per_block=2,
        latent_channels=LATENT_CHANNELS,
        norm_num_groups=16,
        scaling_factor=0.9,
    )


def _audioldm_builders() -> dict[str, Any]:
    return {
        "text_encoder": tiny_model.tiny_text_encoder,
        "vocoder": tiny_model.tiny_vocoder,
        "scheduler": tiny_model.tiny_scheduler,
        "tokenizer": tiny_model.tiny_tokenizer,
    }


def _audioldm2_builders() -> dict[str, Any]:
    return {
        "text_encoder": tiny_families.tiny_clap,
        "vocoder": tiny_model.tiny_vocoder,
        "scheduler": tiny_model.tiny_scheduler,
        "tokenizer": tiny_model.tiny_tokenizer,
        "feature_extractor": tiny_families.ClapFeatureExtractor,
        "text_encoder_2": tiny_families.tiny_word_encoder,
        "tokenizer_2": tiny_families.tiny_word_tokenizer,
        "projection_model": tiny_families.tiny_projection_model,
        "language_model": tiny_families.tiny_language_model,
    }
