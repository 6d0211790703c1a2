"""Builds the flat queue of tasks from a waveform autoencoder: diffusers' Oobleck.

Stable Audio Open and ACE-Step 1.5 have one each, of other strides. A layer of any other kind is
refused by name.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from diffusers import AutoencoderOobleck
from diffusers.models.autoencoders.autoencoder_oobleck import (
    OobleckDecoderBlock,
    OobleckEncoderBlock,
    OobleckResidualUnit,
    Snake1d,
)
from torch import Tensor, nn

from core.api.errors import ModelLoadError
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.tasks import AddResidual, StoreResidual, Task
from core.tiled_vae.graph.waveform_tasks import (
    DilatedConvolution,
    DownsamplingConvolution,
    Snake,
    TimeLayer,
    UpsamplingConvolution,
    convolution_reach,
    transposition_reach,
)

_UNITS = ("res_unit1", "res_unit2", "res_unit3")
_SNAKE_OFFSET = 1e-9  # diffusers adds it to beta


def waveform_decoder_queue(vae: object) -> list[Task]:
    """Tasks from latents (B, C, T) to samples (B, channels, n).

    Raises:
        ModelLoadError: The network is none that is known, or has a layer of another kind.
    """
    return _queue(_oobleck(vae).decoder, "decoder")


def waveform_encoder_queue(vae: object) -> list[Task]:
    """Tasks from samples (B, channels, n) to the moments of the posterior (B, 2 C, T).

    Raises:
        ModelLoadError: The network is none that is known, or has a layer of another kind.
    """
    return _queue(_oobleck(vae).encoder, "encoder")


def _oobleck(vae: object) -> Any:
    if not isinstance(vae, AutoencoderOobleck):
        kind = type(vae).__name__
        raise ModelLoadError(
            kind,
            "the engine decodes waveforms with networks of the class diffusers.AutoencoderOobleck, "
            f"and this is one of {kind}; use a model whose VAE is an AutoencoderOobleck.",
        )
    return vae


def _queue(coder: Any, name: str) -> list[Task]:
    """Tasks of an encoder or a decoder, whose last one computes in float32, at least."""
    _check_children(coder, name, {"conv1", "block", "snake1", "conv2"})
    tasks: list[Task] = [_convolution(coder.conv1, f"{name}.conv1")]
    for index, block in enumerate(coder.block):
        tasks += _block_tasks(block, f"{name}.block.{index}")
    tasks.append(_snake(coder.snake1, f"{name}.snake1"))
    last = _convolution(coder.conv2, f"{name}.conv2")
    return [*tasks, replace(last, float32_output=True)]


def _block_tasks(block: Any, name: str) -> Iterator[Task]:
    match block:
        case OobleckDecoderBlock():
            _check_children(block, name, {"snake1", "conv_t1", *_UNITS})
            yield _snake(block.snake1, f"{name}.snake1")
            yield _transposition(block.conv_t1, f"{name}.conv_t1")
            yield from _units_tasks(block, name)
        case OobleckEncoderBlock():
            _check_children(block, name, {"snake1", "conv1", *_UNITS})
            yield from _units_tasks(block, name)
            yield _snake(block.snake1, f"{name}.snake1")
            yield _convolution(block.conv1, f"{name}.conv1")
        case _:
            raise _unsupported(block, name)


def _units_tasks(block: Any, name: str) -> Iterator[Task]:
    for child in _UNITS:
        unit, unit_name = getattr(block, child), f"{name}.{child}"
        if not isinstance(unit, OobleckResidualUnit):
            raise _unsupported(unit, unit_name)
        _check_children(unit, unit_name, {"snake1", "conv1", "snake2", "conv2"})
        yield StoreResidual(name=unit_name)
        for half in ("1", "2"):
            yield _snake(getattr(unit, f"snake{half}"), f"{unit_name}.snake{half}")
            yield _same_length(getattr(unit, f"conv{half}"), f"{unit_name}.conv{half}")
        yield AddResidual(name=unit_name)


def _snake(layer: Any, name: str) -> Snake:
    """The activation with its two factors as they multiply, (C, 1, 1), rounded once."""
    if not isinstance(layer, Snake1d):
        raise _unsupported(layer, name)
    alpha, beta = (
        part.detach().to(at_least_float32(part.dtype)).view(-1, 1, 1)
        for part in (layer.alpha, layer.beta)
    )
    if layer.logscale:
        alpha, beta = torch.exp(alpha), torch.exp(beta)
    dtype = layer.alpha.dtype
    amplitude = (beta + _SNAKE_OFFSET).reciprocal()
    return Snake(name=name, frequency=alpha.to(dtype), amplitude=amplitude.to(dtype))


def _same_length(layer: Any, name: str) -> TimeLayer:
    """A convolution of a residual unit: what it adds to has the length of its output."""
    task = _convolution(layer, name)
    if task.own_reach.length(1) != 1 or task.own_reach.stride != 1:
        raise _unsupported(layer, name)
    return task


def _convolution(layer: Any, name: str) -> TimeLayer:
    if not isinstance(layer, nn.Conv1d) or not _is_plain(layer):
        raise _unsupported(layer, name)
    reach = convolution_reach(
        layer.kernel_size[0],
        stride=layer.stride[0],
        dilation=layer.dilation[0],
        padding=int(layer.padding[0]),
    )
    if reach.stride > 1 and reach.dilation > 1:
        raise _unsupported(layer, name)
    kind = DilatedConvolution if reach.stride == 1 else DownsamplingConvolution
    weight, gain = _weight_and_gain(layer)
    return kind(name=name, weight=weight, gain=gain, bias=layer.bias, own_reach=reach)


def _transposition(layer: Any, name: str) -> UpsamplingConvolution:
    is_known = isinstance(layer, nn.ConvTranspose1d) and _is_plain(layer)
    if not is_known or layer.dilation != (1,) or layer.output_padding != (0,):
        raise _unsupported(layer, name)
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


def _check_children(module: nn.Module, name: str, allowed: set[str]) -> None:
    for child, layer in module.named_children():
        if child not in allowed:
            raise _unsupported(layer, f"{name}.{child}")


def _unsupported(layer: object, name: str) -> ModelLoadError:
    return ModelLoadError(
        name,
        f"the engine does not know a layer of this kind ({type(layer).__name__}). It runs the "
        "layers of diffusers.AutoencoderOobleck; use a model whose VAE is one.",
    )
