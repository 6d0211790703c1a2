"""The codec's network: diffusers' AutoencoderKL, small, fed with raw log-mels."""

import torch
from diffusers import AutoencoderKL

MEL_CENTRE, MEL_SCALE = -5.5, 3.0
"""Log-mels lie around -5.5 with a deviation of about 3."""

DOWN_FACTOR = 8
LATENT_CHANNELS = 16


def new_vae(channels: tuple[int, ...] = (16, 32, 64, 128)) -> AutoencoderKL:
    """Return a fresh network with the normalisation of log-mels folded into its two ends.

    Folded from the start, zero padding is learnt as it is, and encoding loses nothing at edges.
    """
    vae = AutoencoderKL(
        in_channels=1,
        out_channels=1,
        down_block_types=("DownEncoderBlock2D",) * len(channels),
        up_block_types=("UpDecoderBlock2D",) * len(channels),
        block_out_channels=channels,
        layers_per_block=1,
        latent_channels=LATENT_CHANNELS,
        norm_num_groups=8,
        sample_size=512,
    )
    _fold_normalisation(vae)
    return vae


@torch.no_grad()
def _fold_normalisation(vae: AutoencoderKL) -> None:
    """Make the network take and give log-mels as if they were normalised outside."""
    first, last = vae.encoder.conv_in, vae.decoder.conv_out
    first.weight /= MEL_SCALE
    first.bias -= first.weight.sum(dim=(1, 2, 3)) * MEL_CENTRE
    last.weight *= MEL_SCALE
    last.bias.mul_(MEL_SCALE).add_(MEL_CENTRE)
