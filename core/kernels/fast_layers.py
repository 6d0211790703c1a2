"""Replaces a denoiser's layers by equivalent ones that are faster on a processor.

The layers are replaced inside the network; their weights keep values and names.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from diffusers.models.activations import GEGLU
from diffusers.models.upsampling import Upsample2D
from torch import Tensor, nn

from core.kernels.kernels_of_weight import KernelsOfWeight
from core.kernels.narrow_convolution import BINS, NarrowConvolution, PackedNarrowConvolution
from core.kernels.packed_products import PackedGeglu, PackedLinear, PackedPointwise
from core.kernels.processor_speed import (
    use_bfloat16,
    use_matrix_products,
    use_packed_products,
    use_winograd,
)
from core.kernels.rounded_products import ATTENTION_INPUTS, round_products
from core.kernels.upsampling import convolve_doubled, product_weights
from core.kernels.winograd import FEW_BINS, MANY_BINS, WinogradConvolution
from core.runtime.device import convolution_format
from core.runtime.file_pages import drop_file_pages
from core.runtime.host_memory import available_host_bytes, release_free_memory

GROWTH = {FEW_BINS: 24 / 9, MANY_BINS: 36 / 9}  # of a weight's bytes, in Winograd's kernels
MANY_FROM = 8  # bins of a level: narrower ones have large weights and few values to convolve
KEPT_PACKED_BYTES = 1 << 30  # that stay while other networks work
KERNELS_SHARE = 0.5  # of the free memory; the rest is for the weights and what they compute
_log = logging.getLogger(__name__)


def use_fast_layers(unet: Any, latent_bins: int, *, rounds_products: bool = False) -> None:
    """Replace a UNet's layers by faster ones on a processor; elsewhere only set the order.

    In channels-last order bfloat16 convolutions run twice as fast on a processor, and the replaced
    layers work in it. Activations and sums in place, and query, key and value in one product, were
    measured to save nothing. torch's attention is the fastest form in float32 (30 ms, by products
    and softmax 36); time embeddings, group norms and SiLU take 3% of a step together.

    Layers that keep transformed or packed kernels beside their weights are left as they are where
    memory is short: they are slower then, and the values equal up to rounding.

    Args:
        unet: A UNet of diffusers, of any family; changed in place.
        latent_bins: Mel bins of its latents.
        rounds_products: Whether its products are in bfloat16, on a processor; it is in float32.
    """
    if unet.device.type == "cpu":
        _replace_on_processor(unet, latent_bins, torch.bfloat16 if rounds_products else unet.dtype)
    elif convolution_format(unet.device) is torch.channels_last:
        unet.to(memory_format=torch.channels_last)


def drop_packed(unet: Any) -> None:
    """Free the packed weights of a large denoiser for the stages after it.

    They are packed again at its next step, in less than half of the time that it takes. Those of a
    small one stay: its steps may be shorter than that.

    Args:
        unet: A UNet with fast layers, or any other.
    """
    kinds = PackedLinear | PackedGeglu | PackedPointwise | PackedNarrowConvolution
    layers: list[Any] = [layer for layer in unet.modules() if isinstance(layer, kinds)]
    if sum(getattr(layer, "proj", layer).weight.nbytes for layer in layers) <= KEPT_PACKED_BYTES:
        return
    for layer in layers:
        for part in layer.children():
            if isinstance(part, KernelsOfWeight):
                part.drop()
    release_free_memory()


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
        bins: Bins of an odd size that Winograd's convolution computes together.
    """

    def __init__(self, upsample: Any, bins: int = FEW_BINS) -> None:
        super().__init__()
        self.conv = fast_convolution(upsample.conv, bins)
        self.kernels = KernelsOfWeight(product_weights)

    def forward(self, hidden_states: Tensor, output_size: Any = None) -> Tensor:
        """Upsample (B, C, T, F) to `output_size` (T', F') or to double the size, and convolve."""
        frames, bins = hidden_states.shape[2:]
        size = (2 * frames, 2 * bins) if output_size is None else tuple(map(int, output_size))
        if size != (2 * frames, 2 * bins):
            convolved: Tensor = self.conv(F.interpolate(hidden_states, size=size, mode="nearest"))
            return convolved
        return convolve_doubled(hidden_states, self.kernels(self.conv.weight), self.conv.bias)


def fast_convolution(layer: nn.Conv2d, bins: int = FEW_BINS) -> nn.Conv2d:
    """The layer in its fastest form, which may be the layer itself.

    Args:
        layer: A 3x3 convolution that keeps the size; one that was replaced before is returned.
        bins: Bins that Winograd's convolution computes together: `FEW_BINS` or `MANY_BINS`.
    """
    return WinogradConvolution.of(layer, bins) if _gains_by_winograd(layer) else layer


class _Replacement(NamedTuple):
    """A layer that can be replaced.

    Attributes:
        owner: The module that it is part of.
        name: Its name there.
        kernels_bytes: Of the kernels that the new one keeps.
        make: Makes the new one.
    """

    owner: nn.Module
    name: str
    kernels_bytes: float
    make: Callable[[], nn.Module]


def _replace_on_processor(unet: Any, latent_bins: int, dtype: torch.dtype) -> None:
    """Replace a UNet's layers, with its products in this precision.

    Where only products are rounded and a direct convolution does not gain by that, convolutions of
    many bins stay in float32: it is faster there (256 channels, 125 x 8: 9.4 ms to 10.4).
    """
    _replace_narrow(unet, latent_bins)
    is_rounded = dtype != unet.dtype
    convolutions: list[_Replacement] = []
    if not is_rounded or not use_bfloat16(unet.device, unet.dtype):
        convolutions += _wide(unet, latent_bins, least_bins=MANY_FROM if is_rounded else 0)
    free_bytes = KERNELS_SHARE * available_host_bytes()
    free_bytes = _replace(convolutions, free_bytes)
    if use_packed_products(dtype):
        _replace(list(_packable(unet, dtype)), free_bytes)
    if is_rounded:
        round_products(_plain_products(unet))
        _use_channels_last(unet.conv_in, unet.conv_out)
    else:
        _use_channels_last(*unet.modules())


def _replace(replacements: Sequence[_Replacement], free_bytes: float) -> float:
    """Replace layers if there is memory for the kernels of all; returns what is left then."""
    left = free_bytes - sum(each.kernels_bytes for each in replacements)
    if left < 0:
        _log.info("memory is short: some layers of the UNet keep their plain form")
        return 0.0
    for each in replacements:
        setattr(each.owner, each.name, each.make())
    return left


def _replace_narrow(unet: Any, latent_bins: int) -> None:
    """Replace the convolutions of the deepest level, if two bins are left there."""
    if latent_bins != BINS * 2 ** (len(unet.down_blocks) - 1):
        return
    for resnet in _resnets(unet.down_blocks[-1], unet.mid_block, unet.up_blocks[0]):
        resnet.conv1 = NarrowConvolution.of(resnet.conv1)
        resnet.conv2 = NarrowConvolution.of(resnet.conv2)


def _wide(unet: Any, latent_bins: int, least_bins: int) -> Iterator[_Replacement]:
    """The convolutions that are faster in another form, of levels with at least so many bins."""
    for block, bins in _levels(unet, latent_bins):
        many = MANY_BINS if bins >= MANY_FROM else FEW_BINS
        for resnet in block.resnets if bins >= least_bins else ():
            for name in ("conv1", "conv2"):
                layer = getattr(resnet, name)
                if _gains_by_winograd(layer):
                    make = partial(fast_convolution, layer, many)
                    yield _Replacement(resnet, name, GROWTH[many] * layer.weight.nbytes, make)
        many = MANY_BINS if 2 * bins >= MANY_FROM else FEW_BINS  # of the output
        for index, upsample in enumerate(getattr(block, "upsamplers", None) or ()):
            if _gains_by_products(upsample):
                kernels_bytes = (1 + GROWTH[many]) * upsample.conv.weight.nbytes
                doubling = partial(DoublingConvolution, upsample, many)
                yield _Replacement(block.upsamplers, str(index), kernels_bytes, doubling)


def _packable(unet: Any, dtype: torch.dtype) -> Iterator[_Replacement]:
    """The products in a UNet's blocks, and the layers that have two of them."""
    for block, _ in _levels(unet, 0):
        for owner in block.modules():
            for name, layer in owner.named_children():
                if type(layer) is GEGLU:
                    make = partial(PackedGeglu, layer.proj, dtype)
                    yield _Replacement(owner, name, layer.proj.weight.nbytes, make)
                elif type(layer) is nn.Linear and name not in ("proj", "time_emb_proj"):
                    keeps_rounded = dtype != layer.weight.dtype and name in ATTENTION_INPUTS
                    of = partial(PackedLinear.of, layer, dtype, returns_rounded=keeps_rounded)
                    yield _Replacement(owner, name, layer.weight.nbytes, of)
                elif type(layer) is NarrowConvolution and dtype == torch.float32:
                    narrow = partial(PackedNarrowConvolution.of, layer)
                    yield _Replacement(owner, name, layer.weight.nbytes, narrow)
                elif type(layer) is nn.Conv2d and PackedPointwise.fits(layer):
                    pointwise = partial(PackedPointwise.of, layer, dtype)
                    yield _Replacement(owner, name, layer.weight.nbytes, pointwise)


def _plain_products(unet: Any) -> Iterator[tuple[str, nn.Module]]:
    """The products in a UNet's blocks that were not replaced by others, with their names."""
    others = (
        part for part in unet.modules() if isinstance(part, DoublingConvolution | PackedGeglu)
    )
    parts_of_others = {part for other in others for part in other.modules()}
    for block, _ in _levels(unet, 0):
        for name, layer in block.named_modules():
            is_plain = type(layer) in (nn.Conv2d, nn.Linear, NarrowConvolution)
            if is_plain and layer not in parts_of_others and not name.endswith("time_emb_proj"):
                yield name, layer


def _levels(unet: Any, latent_bins: int) -> Iterator[tuple[Any, int]]:
    """A UNet's blocks with the bins of their level; not every UNet has a block in the middle."""
    deepest = len(unet.down_blocks) - 1
    downwards, upwards = range(deepest + 1), range(deepest, -1, -1)
    blocks = (*unet.down_blocks, unet.mid_block, *unet.up_blocks)
    for block, level in zip(blocks, (*downwards, deepest, *upwards), strict=True):
        if block is not None:
            yield block, latent_bins >> level


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


def _gains_by_winograd(layer: nn.Conv2d) -> bool:
    """Whether a convolution that was not replaced before is faster by Winograd's algorithm."""
    is_plain = type(layer) is nn.Conv2d
    return is_plain and use_winograd(layer.weight, layer.weight.device, layer.weight.dtype)


def _gains_by_products(layer: Any) -> bool:
    """Whether a layer upsamples by `nearest` and convolves 3x3, and is faster by products."""
    if not isinstance(layer, Upsample2D):
        return False
    is_plain = layer.interpolate and layer.norm is None and not layer.use_conv_transpose
    conv = getattr(layer, "conv", None)
    if not (is_plain and isinstance(conv, nn.Conv2d) and conv.kernel_size == (3, 3)):
        return False
    return use_matrix_products(conv.weight.device, conv.weight.dtype)
