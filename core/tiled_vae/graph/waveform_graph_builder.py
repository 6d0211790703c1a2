"""Builds the flat queue of tasks from a waveform autoencoder of diffusers.

Stable Audio Open and ACE-Step 1.5 have an Oobleck each, of other strides; Stable Audio 3 has a
SAME. A layer of any other kind is refused by name.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from diffusers import AutoencoderOobleck, AutoencoderSAME
from diffusers.models.autoencoders.autoencoder_oobleck import (
    OobleckDecoderBlock,
    OobleckEncoderBlock,
    OobleckResidualUnit,
    Snake1d,
)

from core.api.errors import ModelLoadError
from core.runtime.precision import at_least_float32
from core.tiled_vae.graph.same_graph_builder import same_decoder_queue, same_encoder_queue
from core.tiled_vae.graph.tasks import AddResidual, StoreResidual, Task
from core.tiled_vae.graph.waveform_layers import (
    check_children,
    convolution,
    transposition,
    unsupported,
)
from core.tiled_vae.graph.waveform_tasks import Snake, TimeLayer

_UNITS = ("res_unit1", "res_unit2", "res_unit3")
_SNAKE_OFFSET = 1e-9  # diffusers adds it to beta


def waveform_decoder_queue(vae: object) -> list[Task]:
    """Tasks from latents (B, C, T) to samples (B, channels, n).

    Raises:
        ModelLoadError: The network is none that is known, or has a layer of another kind.
    """
    if isinstance(vae, AutoencoderSAME):
        return same_decoder_queue(vae)
    return _queue(_oobleck(vae).decoder, "decoder")


def waveform_encoder_queue(vae: object) -> list[Task]:
    """Tasks from samples (B, channels, n) to the moments of the posterior (B, 2 C, T).

    Of a network without a posterior they lead to the latents (B, C, T).

    Raises:
        ModelLoadError: The network is none that is known, or has a layer of another kind.
    """
    if isinstance(vae, AutoencoderSAME):
        return same_encoder_queue(vae)
    return _queue(_oobleck(vae).encoder, "encoder")


def _oobleck(vae: object) -> Any:
    if not isinstance(vae, AutoencoderOobleck):
        kind = type(vae).__name__
        raise ModelLoadError(
            kind,
            "the engine decodes waveforms with diffusers.AutoencoderOobleck and AutoencoderSAME, "
            f"and this is one of {kind}; use a model whose VAE is one of them.",
        )
    return vae


def _queue(coder: Any, name: str) -> list[Task]:
    """Tasks of an encoder or a decoder, whose last one computes in float32, at least."""
    check_children(coder, name, {"conv1", "block", "snake1", "conv2"})
    tasks: list[Task] = [convolution(coder.conv1, f"{name}.conv1")]
    for index, block in enumerate(coder.block):
        tasks += _block_tasks(block, f"{name}.block.{index}")
    tasks.append(_snake(coder.snake1, f"{name}.snake1"))
    last = convolution(coder.conv2, f"{name}.conv2")
    return [*tasks, replace(last, float32_output=True)]


def _block_tasks(block: Any, name: str) -> Iterator[Task]:
    match block:
        case OobleckDecoderBlock():
            check_children(block, name, {"snake1", "conv_t1", *_UNITS})
            yield _snake(block.snake1, f"{name}.snake1")
            yield transposition(block.conv_t1, f"{name}.conv_t1")
            yield from _units_tasks(block, name)
        case OobleckEncoderBlock():
            check_children(block, name, {"snake1", "conv1", *_UNITS})
            yield from _units_tasks(block, name)
            yield _snake(block.snake1, f"{name}.snake1")
            yield convolution(block.conv1, f"{name}.conv1")
        case _:
            raise unsupported(block, name)


def _units_tasks(block: Any, name: str) -> Iterator[Task]:
    for child in _UNITS:
        unit, unit_name = getattr(block, child), f"{name}.{child}"
        if not isinstance(unit, OobleckResidualUnit):
            raise unsupported(unit, unit_name)
        check_children(unit, unit_name, {"snake1", "conv1", "snake2", "conv2"})
        yield StoreResidual(name=unit_name)
        for half in ("1", "2"):
            yield _snake(getattr(unit, f"snake{half}"), f"{unit_name}.snake{half}")
            yield _same_length(getattr(unit, f"conv{half}"), f"{unit_name}.conv{half}")
        yield AddResidual(name=unit_name)


def _snake(layer: Any, name: str) -> Snake:
    """The activation with its two factors as they multiply, (C, 1, 1), rounded once."""
    if not isinstance(layer, Snake1d):
        raise unsupported(layer, name)
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
    task = convolution(layer, name)
    if task.own_reach.length(1) != 1 or task.own_reach.stride != 1:
        raise unsupported(layer, name)
    return task
