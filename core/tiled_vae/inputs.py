"""The engine's inputs: latents that are read window by window, and the checks of tensors."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import torch
from torch import Tensor

from core.api.errors import InvalidRequestError
from core.api.region import Span
from core.tiled_vae.graph.segments import total_scale
from core.tiled_vae.graph.tasks import Pointwise, Task

AXES = "(batch, channel, time, mel)"
WAVEFORM_AXES = "(batch, channel, time)"


@runtime_checkable
class LatentSource(Protocol):
    """Latents (B, C, T, F) that may be too many for the memory, not scaled by the model's factor.

    Attributes:
        shape: (B, C, T, F).
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(B, C, T, F)."""

    def read(self, span: Span) -> Tensor:
        """The latents (B, C, span.length, F) of a span of time, on the device to compute on."""


def read_span(latents: Tensor | LatentSource, span: Span) -> Tensor:
    """The latents (B, C, span.length, F) of a span of time."""
    return latents[:, :, span.slice] if isinstance(latents, Tensor) else latents.read(span)


@runtime_checkable
class WaveformSource(Protocol):
    """Samples, or latents of a waveform, (B, C, T), that may be too many for the memory.

    Attributes:
        shape: (B, C, T).
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """(B, C, T)."""

    def read(self, span: Span) -> Tensor:
        """The values (B, C, span.length) of a span of time, on any device."""


def check_input(name: str, values: object, queue: Sequence[Task]) -> None:
    """Raise unless `values` is an input of the queue.

    Raises:
        InvalidRequestError: Wrong rank, channels, precision or device, empty, or not finite.
    """
    first = next(task for task in queue if isinstance(task, Pointwise))
    tensor = _check_numbers(name, values, AXES)
    unit = total_scale(queue).down
    _check_shape(name, tensor.shape, first.weight.shape[1], unit, "along time and mel")
    _check_values(name, tensor, first.weight.device)


def check_waveform(
    name: str, values: object, *, channels: int, unit: int, device: torch.device
) -> None:
    """Raise unless `values` is an input (B, C, T) of a waveform autoencoder.

    A source is checked for its shape here; what it gives is checked as it is computed with.

    Args:
        name: What it is called.
        values: A tensor or a `WaveformSource`.
        channels: Channels of the network's input.
        unit: The network's shortest input.
        device: Where the network is.

    Raises:
        InvalidRequestError: Wrong rank, channels, precision or device, empty, or not finite.
    """
    if isinstance(values, Tensor) or not isinstance(values, WaveformSource):
        tensor = _check_numbers(name, values, WAVEFORM_AXES)
        _check_shape(name, tensor.shape, channels, unit, "along time")
        _check_values(name, tensor, device)
    else:
        _check_shape(name, values.shape, channels, unit, "along time")


def _check_numbers(name: str, values: object, axes: str) -> Tensor:
    rank = axes.count(",") + 1
    if not isinstance(values, Tensor) or values.dim() != rank:
        got = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
        raise InvalidRequestError(name, f"{name} must be a tensor {axes}, not {got}.")
    if not values.is_floating_point():
        raise InvalidRequestError(
            name, f"{name} must be floating-point numbers, not {values.dtype}."
        )
    return values


def _check_shape(
    name: str, shape: tuple[int, ...], channels: int, unit: int, axes_of_unit: str
) -> None:
    if shape[1] != channels:
        raise InvalidRequestError(name, f"{name} must have {channels} channels, not {shape[1]}.")
    if min(shape) == 0 or min(shape[2:]) < unit:
        raise InvalidRequestError(
            name,
            f"{name} of shape {tuple(shape)} is empty or shorter than the network's smallest "
            f"input, {unit} {axes_of_unit}.",
        )


def _check_values(name: str, values: Tensor, device: torch.device) -> None:
    if values.device != device:
        raise InvalidRequestError(
            name, f"{name} is on {values.device}, the network on {device}; move one of them."
        )
    if not torch.isfinite(values).all():
        raise InvalidRequestError(
            name, f"{name} holds infinities or NaNs; make it again before it goes on."
        )
