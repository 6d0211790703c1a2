"""Replaces a denoiser's layers by equivalent ones that are faster on a processor.

The layers are replaced inside the network; their weights keep values and names.
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
    """Replace a UNet's layers by faster ones on a processor; elsewhere only set channels-last.

    In channels-last order bfloat16 convolutions run twice as fast, and the replaced layers work
    in it. Activations and sums in place, and query, key and value in one product, were measured to
    save nothing.

    Args:
        unet: A UNet of diffusers, of any family; changed in place.
        latent_bins: Mel bins of its latents.
    """
    unet.to(memory_format=torch.channels_last)
    if unet.device.type != "cpu":
        return
    _replace_narrow(unet, latent_bins)
    if unet.dtype == torch.float32:
        _replace_upsampling(unet)
        _replace_wide(unet)


def _replace_narrow(unet: Any, latent_bins: int) -> None:
    """Replace the convolutions of the deepest level, if two bins are left there."""
    if latent_bins != BINS * 2 ** (len(unet.down_blocks) - 1):
        return
    for resnet in _resnets(unet.down_blocks[-1], unet.mid_block, unet.up_blocks[0]):
        resnet.conv1 = NarrowConvolution.of(resnet.conv1)
        resnet.conv2 = NarrowConvolution.of(resnet.conv2)


def _replace_upsampling(unet: Any) -> None:
    """Replace the upsampling layers."""
    for block in unet.up_blocks:
        for index, layer in enumerate(block.upsamplers or ()):
            if _is_doubling(layer):
                block.upsamplers[index] = DoublingConvolution(layer).train(layer.training)


def _replace_wide(unet: Any) -> None:
    """Replace the other wide convolutions."""
    for resnet in _resnets(*unet.down_blocks, unet.mid_block, *unet.up_blocks):
        resnet.conv1 = fast_convolution(resnet.conv1)
        resnet.conv2 = fast_convolution(resnet.conv2)


def _resnets(*blocks: Any) -> Iterator[Any]:
    """The residual blocks in these; not every UNet has a block in the middle."""
    for block in filter(None, blocks):
        yield from block.resnets


def _is_doubling(layer: Any) -> bool:
    """Whether a layer upsamples by `nearest` and convolves 3x3, and was not replaced before."""
    if not isinstance(layer, Upsample2D):
        return False
    plain = layer.interpolate and layer.norm is None and not layer.use_conv_transpose
    conv = getattr(layer, "conv", None)
    return plain and isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3)
