"""Converts the layers of a waveform autoencoder into tasks; those of another kind are refused."""

from typing import Any

from torch import Tensor, nn

from core.api.errors import ModelLoadError
from core.tiled_vae.graph.waveform_tasks import (
    DilatedConvolution,
    DownsamplingConvolution,
    TimeLayer,
    UpsamplingConvolution,
    convolution_reach,
    transposition_reach,
)


def convolution(layer: Any, name: str) -> TimeLayer:
    """A convolution along time, of any stride or any dilation."""
    if not isinstance(layer, nn.Conv1d) or not _is_plain(layer):
        raise unsupported(layer, name)
    reach = convolution_reach(
        layer.kernel_size[0],
        stride=layer.stride[0],
        dilation=layer.dilation[0],
        padding=int(layer.padding[0]),
    )
    if reach.stride > 1 and reach.dilation > 1:
        raise unsupported(layer, name)
    kind = DilatedConvolution if reach.stride == 1 else DownsamplingConvolution
    weight, gain = _weight_and_gain(layer)
    return kind(name=name, weight=weight, gain=gain, bias=layer.bias, own_reach=reach)


def linear(layer: Any, name: str) -> TimeLayer:
    """A product for each frame by itself."""
    if not isinstance(layer, nn.Linear):
        raise unsupported(layer, name)
    return DilatedConvolution(
        name=name,
        weight=layer.weight.unsqueeze(2),
        gain=None,
        bias=layer.bias,
        own_reach=convolution_reach(1, padding=0),
    )


def transposition(layer: Any, name: str) -> UpsamplingConvolution:
    """A transposed convolution along time."""
    is_known = isinstance(layer, nn.ConvTranspose1d) and _is_plain(layer)
    if not is_known or layer.dilation != (1,) or layer.output_padding != (0,):
        raise unsupported(layer, name)
    reach = transposition_reach(
        layer.kernel_size[0], stride=layer.stride[0], padding=int(layer.padding[0])
    )
    weight, gain = _weight_and_gain(layer)
    return UpsamplingConvolution(
        name=name, weight=weight, gain=gain, bias=layer.bias, own_reach=reach
    )


def _is_plain(layer: Any) -> bool:
    is_padded_with_zeros = layer.padding_mode == "zeros" and not isinstance(layer.padding, str)
    return is_padded_with_zeros and layer.groups == 1


def _weight_and_gain(layer: Any) -> tuple[Tensor, Tensor | None]:
    """A kernel's direction and its gain; without weight norm the kernel itself.

    What torch keeps as `weight` beside them is only computed in the layer's own forward pass.
    """
    if hasattr(layer, "weight_v"):
        return layer.weight_v, layer.weight_g
    if nn.utils.parametrize.is_parametrized(layer, "weight"):
        norm = layer.parametrizations.weight
        return norm.original1, norm.original0
    return layer.weight, None


def check_children(module: nn.Module, name: str, allowed: set[str]) -> None:
    """Refuse a layer that the queue would leave out."""
    for child, layer in module.named_children():
        if child not in allowed:
            raise unsupported(layer, f"{name}.{child}")


def unsupported(layer: object, name: str) -> ModelLoadError:
    """The error that refuses a layer of another kind."""
    return ModelLoadError(
        name,
        f"the engine does not know a layer of this kind ({type(layer).__name__}). It runs the "
        "layers of diffusers.AutoencoderOobleck and AutoencoderSAME; use a model whose VAE is one.",
    )
