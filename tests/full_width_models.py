"""Folders of models whose UNet and VAE have the widths of published ones, with seeded weights.

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
_LATENT_CHANNELS = 8
_BLOCKS: dict[str, Any] = {
    "in_channels": _LATENT_CHANNELS,
    "out_channels": _LATENT_CHANNELS,
    "layers_per_block": 2,
    "attention_head_dim": 8,
    "down_block_types": ("DownBlock2D", *("CrossAttnDownBlock2D",) * 3),
    "up_block_types": (*("CrossAttnUpBlock2D",) * 3, "UpBlock2D"),
}
_MOST_GROUPS = 32  # of the norms; fewer where a layer is narrower than that


def build_model(folder: Path, name: str, part: int = 1) -> Path:
    """Write a model to `folder` and return it.

    Args:
        folder: Where to.
        name: One of `WIDTHS`.
        part: What all widths are divided by; 8 makes a model for a quick look.
    """
    is_audioldm2 = name == "audioldm2"
    index = tiny_families.AUDIOLDM2_INDEX if is_audioldm2 else tiny_model.MODEL_INDEX
    builders = tiny_families.AUDIOLDM2_BUILDERS if is_audioldm2 else tiny_model.BUILDERS
    changed = {"unet": lambda: _unet(name, part), "vae": lambda: full_width_vae(part)}
    return tiny_model.write_model(folder, {**builders, **changed}, index, seed=0)


def _unet(name: str, part: int) -> UNet2DConditionModel | AudioLDM2UNet2DConditionModel:
    if name == "audioldm2":
        return audioldm2_unet(tiny_families.STATE_DIM, tiny_families.WORD_DIM, part)
    return audioldm_unet(name, tiny_model.PROJECTION_DIM, part)


def audioldm_unet(name: str, text_dim: int, part: int = 1) -> UNet2DConditionModel:
    """Return AudioLDM's UNet, which MusicLDM uses as well.

    Args:
        name: One of `WIDTHS`.
        text_dim: Width of the text's vector.
        part: What all widths are divided by.
    """
    widths = tuple(width // part for width in WIDTHS[name])
    return UNet2DConditionModel(
        **_BLOCKS,
        sample_size=128,
        block_out_channels=widths,
        norm_num_groups=min(_MOST_GROUPS, *widths),
        cross_attention_dim=widths,
        class_embed_type="simple_projection",
        projection_class_embeddings_input_dim=text_dim,
        class_embeddings_concat=True,
    )


def audioldm2_unet(state_dim: int, word_dim: int, part: int = 1) -> AudioLDM2UNet2DConditionModel:
    """Return AudioLDM2's UNet.

    Args:
        state_dim: Width of the language model's states.
        word_dim: Width of the states of Flan-T5.
        part: What all widths are divided by.
    """
    widths = tuple(width // part for width in WIDTHS["audioldm2"])
    return AudioLDM2UNet2DConditionModel(
        **_BLOCKS,
        sample_size=256,
        block_out_channels=widths,
        norm_num_groups=min(_MOST_GROUPS, *widths),
        cross_attention_dim=((None, state_dim, word_dim),) * 4,
    )


def full_width_vae(part: int = 1) -> AutoencoderKL:
    """Return the VAE of all of them, with widths divided by `part`."""
    widths = tuple(width // part for width in (128, 256, 512))
    return AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        block_out_channels=widths,
        layers_per_block=2,
        latent_channels=_LATENT_CHANNELS,
        norm_num_groups=min(_MOST_GROUPS, *widths),
        sample_size=512,
        scaling_factor=0.9227914214134216,
    )
