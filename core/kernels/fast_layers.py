"""Make a denoiser quick on a processor: layer by layer, each replaced by one that equals it.

The layers are exchanged where they hang in the network; their weights keep values and names.
"""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers.models.upsampling import Upsample2D
from torch import nn

from core.kernels.doubling import DoublingConvolution
from core.kernels.narrow_convolution import BINS, NarrowConvolution
from core.kernels.winograd import fast_convolution


def use_fast_layers(unet: Any, latent_bins: int) -> None:
    """Exchange a UNet's layers for quick ones, on a processor; elsewhere only lay out its memory.

    Channels last in memory: bfloat16 convolutions run twice as fast so, and it is the order that
    the exchanged layers work in. Activations and sums in place, and query, key and value in one
    product, were measured to save nothing.

    Args:
        unet: A UNet of diffusers, of any family; changed.
        latent_bins: Bins of the latents it will see.
    """
    unet.to(memory_format=torch.channels_last)
    if unet.device.type != "cpu":
        return
    _narrow(unet, latent_bins)
    if unet.dtype == torch.float32:
        _double(unet)
        _transform(unet)


def _narrow(unet: Any, latent_bins: int) -> None:
    """Exchange the convolutions of the deepest level, if two bins are left there."""
    if latent_bins != BINS * 2 ** (len(unet.down_blocks) - 1):
        return
    for resnet in _resnets(unet.down_blocks[-1], unet.mid_block, unet.up_blocks[0]):
        resnet.conv1 = NarrowConvolution.of(resnet.conv1)
        resnet.conv2 = NarrowConvolution.of(resnet.conv2)


def _double(unet: Any) -> None:
    """Exchange the upsampling layers."""
    for block in unet.up_blocks:
        for index, layer in enumerate(block.upsamplers or ()):
            if _doubles(layer):
                block.upsamplers[index] = DoublingConvolution(layer).train(layer.training)


def _transform(unet: Any) -> None:
    """Exchange the other wide convolutions."""
    for resnet in _resnets(*unet.down_blocks, unet.mid_block, *unet.up_blocks):
        resnet.conv1 = fast_convolution(resnet.conv1)
        resnet.conv2 = fast_convolution(resnet.conv2)


def _resnets(*blocks: Any) -> Iterator[Any]:
    """The residual blocks in these; not every UNet has a block in the middle."""
    for block in filter(None, blocks):
        yield from block.resnets


def _doubles(layer: Any) -> bool:
    """Whether a layer doubles by copying and then convolves 3x3: not if it was exchanged before."""
    if not isinstance(layer, Upsample2D):
        return False
    plain = layer.interpolate and layer.norm is None and not layer.use_conv_transpose
    conv = getattr(layer, "conv", None)
    return plain and isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3)
