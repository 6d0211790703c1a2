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


def check_input(name: str, values: object, queue: Sequence[Task]) -> None:
    """Raise unless `values` is an input of the queue.

    Raises:
        InvalidRequestError: Wrong rank, channels, precision or device, empty, or not finite.
    """
    first = next(task for task in queue if isinstance(task, Pointwise))
    if not isinstance(values, Tensor) or values.dim() != 4:
        got = tuple(values.shape) if isinstance(values, Tensor) else type(values).__name__
        raise InvalidRequestError(name, f"{name} must be a tensor {AXES}, not {got}.")
    if not values.is_floating_point():
        raise InvalidRequestError(
            name, f"{name} must be floating-point numbers, not {values.dtype}."
        )
    _check_shape(name, values, channels=first.weight.shape[1], unit=total_scale(queue).down)
    if values.device != first.weight.device:
        raise InvalidRequestError(
            name,
            f"{name} is on {values.device}, the network on {first.weight.device}; move one of "
            "them.",
        )
    if not torch.isfinite(values).all():
        raise InvalidRequestError(
            name, f"{name} holds infinities or NaNs; make it again before it goes on."
        )


def _check_shape(name: str, values: Tensor, *, channels: int, unit: int) -> None:
    if values.shape[1] != channels:
        raise InvalidRequestError(
            name, f"{name} must have {channels} channels, not {values.shape[1]}."
        )
    if values.numel() == 0 or min(values.shape[2:]) < unit:
        raise InvalidRequestError(
            name,
            f"{name} of shape {tuple(values.shape)} is empty or shorter than the network's "
            f"smallest input, {unit} along time and mel.",
        )
