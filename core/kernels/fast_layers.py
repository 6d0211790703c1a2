"""Replaces a denoiser's layers by equivalent ones that are faster on a processor.

The layers are replaced inside the network; their weights keep values and names.
"""

import logging
from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from diffusers.models.upsampling import Upsample2D
from torch import Tensor, nn

from core.kernels.kernels_of_weight import KernelsOfWeight
from core.kernels.narrow_convolution import BINS, NarrowConvolution
from core.kernels.processor_speed import use_matrix_products, use_winograd
from core.kernels.rounded_products import round_products
from core.kernels.upsampling import convolve_doubled, product_weights
from core.kernels.winograd import WinogradConvolution
from core.runtime.device import convolution_format
from core.runtime.file_pages import drop_file_pages
from core.runtime.host_memory import available_host_bytes

GROWTH = 24 / 9  # of a weight's bytes, in Winograd's kernels; those of upsampling grow less
KERNELS_SHARE = 0.5  # of the free memory; the rest is for the weights and what they compute
_log = logging.getLogger(__name__)


def use_fast_layers(unet: Any, latent_bins: int, *, rounds_products: bool = False) -> None:
    """Replace a UNet's layers by faster ones on a processor; elsewhere only set the order.

    In channels-last order bfloat16 convolutions run twice as fast on a processor, and the replaced
    layers work in it. Activations and sums in place, and query, key and value in one product, were
    measured to save nothing. torch's attention is the fastest form in float32 (30 ms, by products
    and softmax 36); time embeddings, group norms and SiLU take 3% of a step together.

    Layers that keep transformed kernels beside their weights are left as they are where memory is
    short: they are slower then, and the values equal up to rounding.

    Args:
        unet: A UNet of diffusers, of any family; changed in place.
        latent_bins: Mel bins of its latents.
        rounds_products: Whether its products are in bfloat16, on a processor; it is in float32.
    """
    if unet.device.type == "cpu":
        _replace_narrow(unet, latent_bins)
        if rounds_products:
            round_products(unet)
            _use_channels_last(unet.conv_in, unet.conv_out)
            return
        if _has_memory_for_kernels(unet):
            _replace_upsampling(unet)
            _replace_wide(unet)
        else:
            _log.info("memory is short: the UNet's convolutions keep their plain form")
        _use_channels_last(*unet.modules())
    elif convolution_format(unet.device) is torch.channels_last:
        unet.to(memory_format=torch.channels_last)


def keep_contiguous(vae: Any) -> None:
    """Have a VAE's attention return contiguous values where the device wants that order.

    diffusers' attention returns a transposed view: channels-last order to the next convolution.
    """
    if convolution_format(vae.device) is not torch.contiguous_format:
        return
    for part in (vae.encoder, vae.decoder):
        for attention in filter(None, part.mid_block.attentions):
            attention.register_forward_hook(_contiguous_output)


def _contiguous_output(layer: nn.Module, args: Any, output: Tensor) -> Tensor:
    return output.contiguous()


class DoublingConvolution(nn.Module):
    """diffusers' Upsample2D with its convolution, by matrix products on half the size.

    Measured on AudioLDM's widest such layer (256 channels, 125 x 8 -> 250 x 16), one thread, in
    float32: 67 -> 18 ms; in bfloat16 it is not faster. An odd size has zeros where the doubled
    input has values, so it is computed in two steps, with Winograd's convolution where faster.

    Args:
        upsample: An Upsample2D that doubles with `nearest`, then convolves 3x3.
    """

    def __init__(self, upsample: Any) -> None:
        super().__init__()
        self.conv = fast_convolution(upsample.conv)
        self.kernels = KernelsOfWeight(product_weights)

    def forward(self, hidden_states: Tensor, output_size: Any = None) -> Tensor:
        """Upsample (B, C, T, F) to `output_size` (T', F') or to double the size, and convolve."""
        frames, bins = hidden_states.shape[2:]
        size = (2 * frames, 2 * bins) if output_size is None else tuple(map(int, output_size))
        if size != (2 * frames, 2 * bins):
            convolved: Tensor = self.conv(F.interpolate(hidden_states, size=size, mode="nearest"))
            return convolved
        return convolve_doubled(hidden_states, self.kernels(self.conv.weight), self.conv.bias)


def fast_convolution(layer: nn.Conv2d) -> nn.Conv2d:
    """The layer in its fastest form, which may be the layer itself.

    Args:
        layer: A 3x3 convolution that keeps the size; one that was replaced before is returned.
    """
    is_plain = type(layer) is nn.Conv2d
    if is_plain and use_winograd(layer.weight, layer.weight.device, layer.weight.dtype):
        return WinogradConvolution.of(layer)
    return layer


def _has_memory_for_kernels(unet: Any) -> bool:
    """Whether the kernels of all 3x3 convolutions would leave enough memory for the rest."""
    weights = (each.weight for each in unet.modules() if type(each) is nn.Conv2d)
    bytes_of_wide = sum(each.nbytes for each in weights if each.shape[2:] == (3, 3))
    return GROWTH * bytes_of_wide <= KERNELS_SHARE * available_host_bytes()


def _replace_narrow(unet: Any, latent_bins: int) -> None:
    """Replace the convolutions of the deepest level, if two bins are left there."""
    if latent_bins != BINS * 2 ** (len(unet.down_blocks) - 1):
        return
    for resnet in _resnets(unet.down_blocks[-1], unet.mid_block, unet.up_blocks[0]):
        resnet.conv1 = NarrowConvolution.of(resnet.conv1)
        resnet.conv2 = NarrowConvolution.of(resnet.conv2)


def _replace_upsampling(unet: Any) -> None:
    """Replace the upsampling layers where that is faster."""
    for block in unet.up_blocks:
        for index, layer in enumerate(block.upsamplers or ()):
            if _is_doubling(layer) and use_matrix_products(
                layer.conv.weight.device, layer.conv.weight.dtype
            ):
                block.upsamplers[index] = DoublingConvolution(layer).train(layer.training)


def _replace_wide(unet: Any) -> None:
    """Replace the other wide convolutions."""
    for resnet in _resnets(*unet.down_blocks, unet.mid_block, *unet.up_blocks):
        resnet.conv1 = fast_convolution(resnet.conv1)
        resnet.conv2 = fast_convolution(resnet.conv2)


def _use_channels_last(*layers: Any) -> None:
    """Reorder the weights of those layers that are convolutions and were not replaced.

    Those of 1x1 are in that order as they are, and only need its strides: they stay mapped.
    """
    for layer in layers:
        if type(layer) not in (nn.Conv2d, nn.ConvTranspose2d):
            continue
        weight = layer.weight.detach()
        if layer.kernel_size == (1, 1):
            layer.weight.data = weight.flatten(1)[:, None, None].movedim(-1, 1)
        else:
            layer.to(memory_format=torch.channels_last)
            drop_file_pages([weight])


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
