"""The encoder: principal components, written into the weights of diffusers' network.

Every layer of the network is there, so whatever runs an AutoencoderKL runs this one: the strided
convolutions sort patches of 2 x 2 into channels, three times, and a 1 x 1 convolution turns the 64
values of a patch into components. The residual branches add nothing.

One layer is in the way: a group norm and a SiLU before the last convolution. Each component goes
through as a pair of opposite signs, for SiLU(a) - SiLU(-a) = a; and large constants beside them
make up nearly all of the norm's deviation, which so hardly depends on the clip.
"""

import torch
from diffusers import AutoencoderKL
from diffusers.models.attention_processor import Attention
from diffusers.models.resnet import ResnetBlock2D
from torch import Tensor, nn

from bundled_model.data.clip import MEL_CENTRE
from bundled_model.vae.principal import PrincipalComponents

CONSTANT = 64.0
LATENT_DEVIATION = 0.05
"""Deviation of the posterior of a latent: room for the generator's errors."""


@torch.no_grad()
def write_encoder(vae: AutoencoderKL, principal: PrincipalComponents) -> None:
    """Make the encoder compute the gained components of each patch.

    Args:
        vae: A network with three strided convolutions, at least 4, 16, 64 channels before them and
            room for twice the components and two constants in each of its last norm's groups.
        principal: The components, as many as the latents have channels.
    """
    encoder = vae.encoder
    _silence_branches(encoder)
    _zero(encoder.conv_in).weight[0, 0, 1, 1] = 1
    encoder.conv_in.bias[0] = -MEL_CENTRE
    offsets = [(0, 0)]
    for level, block in enumerate(encoder.down_blocks[:-1]):
        _pass(block.resnets)
        offsets = _sort_patches(block.downsamplers[0].conv, offsets, 2**level)
    _write_components(encoder, principal, offsets)
    vae.quant_conv.weight.copy_(torch.eye(len(vae.quant_conv.weight))[..., None, None])
    vae.quant_conv.bias.zero_()


def _silence_branches(network: nn.Module) -> None:
    """Make each residual branch add zero, which leaves a chain of linear layers."""
    for module in network.modules():
        if isinstance(module, ResnetBlock2D):
            _zero(module.conv2)
        elif isinstance(module, Attention):
            _zero(module.to_out[0])


def _zero(layer: nn.Module) -> nn.Module:
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _pass(resnets: nn.ModuleList) -> None:
    """Let channels through blocks that widen."""
    for resnet in resnets:
        if resnet.conv_shortcut is not None:
            inner = resnet.in_channels
            _zero(resnet.conv_shortcut).weight[:inner, :, 0, 0] = torch.eye(inner)


def _sort_patches(
    convolution: nn.Conv2d, offsets: list[tuple[int, int]], stride: int
) -> list[tuple[int, int]]:
    """Write patches of 2 x 2 into channels; return which frame and bin each channel holds then."""
    _zero(convolution)
    sorted_offsets = []
    for channel, (frame, mel_bin) in enumerate(offsets):
        for later, higher in ((0, 0), (0, 1), (1, 0), (1, 1)):
            convolution.weight[len(sorted_offsets), channel, later, higher] = 1
            sorted_offsets.append((frame + later * stride, mel_bin + higher * stride))
    return sorted_offsets


def _write_components(
    encoder: nn.Module, principal: PrincipalComponents, offsets: list[tuple[int, int]]
) -> None:
    """Write the components into the last block, as pairs among constants, and the end after it."""
    first, *others = encoder.down_blocks[-1].resnets
    _pass(nn.ModuleList(others))
    widen, norm, last = _zero(first.conv_shortcut), encoder.conv_norm_out, _zero(encoder.conv_out)
    components, size = len(principal.directions), norm.num_channels // norm.num_groups
    pairs = components // norm.num_groups
    frames, bins = torch.tensor(offsets).T
    rows = principal.gains[:, None] * principal.directions[:, frames, bins]  # (components, 64)
    means = rows @ (principal.mean[frames, bins] - MEL_CENTRE)
    for number in range(components):
        group, pair = divmod(number, pairs)
        for sign, channel in ((1, group * size + 2 * pair), (-1, group * size + 2 * pair + 1)):
            widen.weight[channel, : len(offsets), 0, 0] = sign * rows[number]
            widen.bias[channel] = -sign * means[number]
            last.weight[number, channel, 1, 1] = sign
    last.bias[components:] = 2 * torch.log(torch.tensor(LATENT_DEVIATION))
    constants = _constants(size - 2 * pairs)
    widen.bias.view(-1, size)[:, 2 * pairs :] = constants
    norm.weight.fill_((constants.square().sum() / size).sqrt())
    norm.bias.zero_()


def _constants(channels: int) -> Tensor:
    """Return as many constants, of both signs alike."""
    return CONSTANT * torch.tensor((1.0, -1.0)).repeat(channels // 2)
