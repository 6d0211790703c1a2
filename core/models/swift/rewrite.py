"""Make a denoiser quick on a processor: layer by layer, each replaced by one that equals it.

The layers are exchanged where they hang in the network; their weights keep values and names.
"""

from collections.abc import Callable
from typing import Any

import torch
from diffusers.models.activations import GEGLU
from diffusers.models.resnet import ResnetBlock2D
from diffusers.models.upsampling import Upsample2D
from torch import nn

from core.models.swift.doubling_convolution import DoublingConvolution
from core.models.swift.gated_gelu import GatedGelu
from core.models.swift.narrow_convolution import BINS, NarrowConvolution
from core.models.swift.residual_block import ResidualBlock, fits


def quicken(unet: Any, latent_bins: int) -> None:
    """Exchange a UNet's layers for quick ones, on a processor; elsewhere only lay out its memory.

    Channels last in memory: bfloat16 convolutions run twice as fast so, and it is the order that
    the exchanged layers work in. The whole, on AudioLDM's full-size UNet at 10 s: see
    tests/benchmarks/denoising.py.

    Args:
        unet: A UNet of diffusers, of any family; changed.
        latent_bins: Bins of the latents it will see.
    """
    unet.to(memory_format=torch.channels_last)
    if unet.device.type != "cpu":
        return
    _narrow(unet, latent_bins)
    _exchange(unet, GEGLU, GatedGelu)
    _exchange(unet, ResnetBlock2D, ResidualBlock, fits)
    _exchange(unet.up_blocks[1:], Upsample2D, DoublingConvolution, _doubles)


def _narrow(unet: Any, latent_bins: int) -> None:
    """Exchange the convolutions of the deepest level, if two bins are left there."""
    if latent_bins != BINS * 2 ** (len(unet.down_blocks) - 1):
        return
    for block in (unet.down_blocks[-1], unet.mid_block, unet.up_blocks[0]):
        for resnet in block.resnets:
            resnet.conv1 = NarrowConvolution.of(resnet.conv1)
            resnet.conv2 = NarrowConvolution.of(resnet.conv2)


def _exchange(
    network: nn.Module,
    kind: type[nn.Module],
    quick: Callable[[Any], nn.Module],
    where: Callable[[Any], bool] = lambda layer: True,
) -> None:
    """Put `quick(layer)` in the place of every layer of a kind that is suited."""
    for parent in list(network.modules()):
        for name, layer in list(parent.named_children()):
            if isinstance(layer, kind) and where(layer):
                setattr(parent, name, quick(layer).train(layer.training))


def _doubles(layer: Any) -> bool:
    """Whether an Upsample2D doubles by copying, and convolves 3x3."""
    plain = layer.interpolate and layer.norm is None and not layer.use_conv_transpose
    conv = getattr(layer, "conv", None)
    return plain and isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3)
