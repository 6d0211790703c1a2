"""Tiny seeded waveform autoencoders, and sounds and latents that show a stream's errors."""

import warnings

import torch
from diffusers import AutoencoderOobleck, AutoencoderSAME
from torch import Tensor

LATENT_CHANNELS = 4
STABLE_AUDIO = (2, 4, 4, 8, 8)
ACE_STEP = (2, 4, 4, 6, 10)
ODD = (3, 1, 5)
SHORT = (2, 3)
EVERY_RATIOS = [SHORT, (4, 2), ODD]
EVERY_NAME = ["even then odd", "even", "odd and one"]


def tiny_oobleck(
    ratios: tuple[int, ...] = SHORT, channels: int = 2, dtype: torch.dtype = torch.float64
) -> AutoencoderOobleck:
    """A seeded network of these ratios, with every weight, gain and bias drawn at random."""
    torch.manual_seed(7)
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        vae = AutoencoderOobleck(
            encoder_hidden_size=6,
            downsampling_ratios=list(ratios),
            channel_multiples=[1] * (len(ratios) - 1) + [2],
            decoder_channels=6,
            decoder_input_channels=LATENT_CHANNELS,
            audio_channels=channels,
        ).eval()
    for name, parameter in vae.named_parameters():
        if "snake" in name:
            torch.nn.init.normal_(parameter, std=0.3)
        elif name.endswith("bias"):
            torch.nn.init.normal_(parameter, std=0.1)
        elif name.endswith("weight_g"):
            parameter.data.mul_(torch.rand_like(parameter) + 0.5)
    return vae.double() if dtype == torch.float64 else vae


def tiny_same(
    depths: tuple[int, ...] = (3,),
    *,
    differential: bool = True,
    window: int = 1,
    dtype: torch.dtype = torch.float64,
) -> AutoencoderSAME:
    """A seeded network with a level for each depth, with every weight drawn at random."""
    torch.manual_seed(7)
    with warnings.catch_warnings():  # torch deprecates the weight norm that diffusers uses
        warnings.simplefilter("ignore", FutureWarning)
        vae = AutoencoderSAME(
            patch_size=3,
            encoder_channels=8,
            encoder_c_mults=(2,) * len(depths),
            encoder_strides=(4,) * len(depths),
            encoder_transformer_depths=depths,
            latent_dim=LATENT_CHANNELS,
            dim_heads=8,
            use_differential_attention=differential,
            sliding_window=window,
            decoder_sinusoidal_blocks=(2,),
        ).eval()
    for name, parameter in vae.named_parameters():
        if name.endswith("weight_g"):
            parameter.data.mul_(torch.rand_like(parameter) + 0.5)
        elif not name.endswith("alpha"):
            torch.nn.init.normal_(parameter, std=0.3)
    vae.bottleneck.running_std.fill_(1.7)
    for parameter in (*vae.parameters(), *vae.buffers()):
        parameter.data = parameter.data.to(dtype)
    return vae


def uneven_waveform(
    frames: int, channels: int, batch: int = 1, dtype: torch.dtype = torch.float64
) -> Tensor:
    """Noise (B, C, T) on a ramp, with a silence in it: no two chunks are alike."""
    generator = torch.Generator().manual_seed(frames * 31 + channels)
    noise = torch.randn(batch, channels, frames, generator=generator, dtype=dtype)
    noise[..., frames // 3 : frames // 2] = 0
    return noise + torch.linspace(-1, 1, frames, dtype=dtype)


def decode_untiled(vae: AutoencoderOobleck | AutoencoderSAME, latents: Tensor) -> Tensor:
    """The result of the untiled network."""
    with torch.inference_mode():
        return vae.decode(latents).sample


def encode_untiled(vae: AutoencoderOobleck, samples: Tensor) -> Tensor:
    """The result of the untiled network: the posterior's parameters."""
    with torch.inference_mode():
        return vae.encode(samples).latent_dist.parameters


def encode_same_untiled(vae: AutoencoderSAME, samples: Tensor) -> Tensor:
    """The result of the untiled network: latents."""
    with torch.inference_mode():
        return vae.encode(samples).latents
