"""The codec's network: diffusers' AutoencoderKL, small, fed with raw log-mels."""

import torch
from diffusers import AutoencoderKL

from bundled_model.data.clip import MEL_CENTRE, MEL_SCALE
from bundled_model.vae.encoder import write_encoder
from bundled_model.vae.principal import PrincipalComponents

LATENT_CHANNELS = 16


def new_vae(
    principal: PrincipalComponents, channels: tuple[int, ...] = (16, 32, 64, 128)
) -> AutoencoderKL:
    """Return a network with its encoder written and its decoder fresh.

    The decoder's last layer is scaled so that it starts out around the mean log-mel.
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
    write_encoder(vae, principal)
    with torch.no_grad():
        last = vae.decoder.conv_out
        last.weight *= MEL_SCALE
        last.bias.mul_(MEL_SCALE).add_(MEL_CENTRE)
    return vae
