"""Tiny seeded VAEs of all shapes that the engine supports, and inputs that show its errors."""

import torch
from diffusers import AutoencoderKL
from torch import Tensor

from core.tiled_vae import TiledVAE, TilingConfig

AUDIOLDM = {"block_out_channels": (8, 16, 16), "layers_per_block": 2}
STABLE_DIFFUSION = {"block_out_channels": (8, 8, 16, 16), "layers_per_block": 1}
BUNDLED = {
    "block_out_channels": (8, 8, 16, 16),
    "layers_per_block": 1,
    "norm_num_groups": 8,
    "mid_block_add_attention": False,
    "use_quant_conv": False,
    "use_post_quant_conv": False,
}
TWO_LEVELS = {"block_out_channels": (8, 16), "layers_per_block": 1}
ONE_LEVEL = {"block_out_channels": (8,), "layers_per_block": 1}
ATTENTION = {"block_out_channels": (8, 16), "layers_per_block": 2, "attention": True}
EVERY_SHAPE = [AUDIOLDM, STABLE_DIFFUSION, BUNDLED, TWO_LEVELS, ONE_LEVEL, ATTENTION]
EVERY_NAME = ["audioldm", "stable diffusion", "bundled", "two levels", "one level", "attention"]

LATENT_CHANNELS = 3


def tiny_vae(config: dict[str, object] | None = None, dtype: torch.dtype = torch.float64):
    """A seeded AutoencoderKL of these blocks, with every weight and bias drawn at random.

    "attention" in the configuration says that every block has attention, not only the middle one.
    """
    config = {"norm_num_groups": 4, **(config or TWO_LEVELS)}
    levels = len(config["block_out_channels"])
    kind = "Attn" if config.pop("attention", False) else ""
    torch.manual_seed(7)
    vae = AutoencoderKL(
        in_channels=1,
        out_channels=1,
        latent_channels=LATENT_CHANNELS,
        down_block_types=(f"{kind}DownEncoderBlock2D",) * levels,
        up_block_types=(f"{kind}UpDecoderBlock2D",) * levels,
        **config,
    ).eval()
    for name, parameter in vae.named_parameters():
        if "norm" in name or name.endswith("bias"):
            torch.nn.init.normal_(parameter, mean=float(name.endswith("weight")), std=0.2)
    return vae.double() if dtype == torch.float64 else vae


def scale_of(vae: AutoencoderKL) -> int:
    """Mel frames per latent frame."""
    return 2 ** (len(vae.config.block_out_channels) - 1)


def uneven_input(
    frames: int, bins: int, channels: int = 1, batch: int = 1, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Noise on a ramp, with a silence in it and a change of level: no two tiles are alike."""
    generator = torch.Generator().manual_seed(frames * 31 + bins)
    noise = torch.randn(batch, channels, frames, bins, generator=generator, dtype=dtype)
    ramp = torch.linspace(-3, 3, frames, dtype=dtype)[:, None]
    third = frames // 3
    level = torch.ones(frames, 1, dtype=dtype)
    level[third : 2 * third] = 0
    level[2 * third :] = 4
    return noise * level + ramp * torch.linspace(1, 2, bins, dtype=dtype)


def decode_untiled(vae: AutoencoderKL, latents: Tensor) -> Tensor:
    """The result of the untiled network."""
    with torch.inference_mode():
        return vae.decode(latents).sample


def encode_untiled(vae: AutoencoderKL, mel: Tensor) -> Tensor:
    """The result of the untiled network: mean and log-variance."""
    with torch.inference_mode():
        return vae.encode(mel).latent_dist.parameters


def engine(vae: AutoencoderKL, **config: object) -> TiledVAE:
    """An engine with this configuration."""
    return TiledVAE(vae, TilingConfig(**config))


def relative_error(found: Tensor, truth: Tensor) -> float:
    """Largest error in units of the truth's standard deviation."""
    assert found.shape == truth.shape
    return float((found.double() - truth.double()).abs().max() / truth.double().std())
