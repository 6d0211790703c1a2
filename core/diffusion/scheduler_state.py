"""What the schedulers of a long clip remember, on the disk between their turns.

diffusers' schedulers keep their last predictions as attributes, or in lists of them: latents of
four axes, among small tensors and numbers that stay where they are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.runtime.spool import Spool


@dataclass(frozen=True, slots=True)
class _RestingScheduler:
    """Stands where latents were.

    Attributes:
        first: The place of their first value.
        shape: (B, C, t, F).
        dtype: Their precision, at least that of float32 or narrower.
        device: Where they belong.
    """

    first: int
    shape: torch.Size
    dtype: torch.dtype
    device: torch.device


class SchedulerState:
    """Room on the disk for what schedulers remember; each of them has places of its own.

    Args:
        num_schedulers: How many there are.
    """

    def __init__(self, num_schedulers: int) -> None:
        self._num_schedulers = num_schedulers
        self._spool = Spool()
        self._place_values = 0  # as many as the first latents have: the first stretch is a longest

    def rest(self, index: int, scheduler: Any) -> None:
        """Put the latents that scheduler `index` remembers on the disk."""
        places = iter(range(index, 1 << 30, self._num_schedulers))
        _replace(scheduler, Tensor, lambda latents: self._put(latents, next(places)))

    def wake(self, index: int, scheduler: Any) -> None:
        """Bring them back."""
        _replace(scheduler, _RestingScheduler, self._take)

    def _put(self, latents: Tensor, place: int) -> _RestingScheduler:
        self._place_values = self._place_values or latents.numel()
        first = place * self._place_values
        self._spool.write(first, latents.detach().float().cpu().numpy().ravel())
        return _RestingScheduler(first, latents.shape, latents.dtype, latents.device)

    def _take(self, resting: _RestingScheduler) -> Tensor:
        values = self._spool.read(resting.first, resting.shape.numel())
        return torch.from_numpy(values).view(resting.shape).to(resting.device, resting.dtype)


def _replace(scheduler: Any, kind: type, by: Callable[[Any], object]) -> None:
    """Put something else in the place of everything of a kind that a scheduler remembers."""

    def replaced(value: object) -> object:
        if isinstance(value, list):
            return [replaced(item) for item in value]
        is_large = value.ndim == 4 if isinstance(value, Tensor) else True
        return by(value) if isinstance(value, kind) and is_large else value

    for name, value in vars(scheduler).items():
        setattr(scheduler, name, replaced(value))


# What a sampler remembers between two steps, as tensors and plain values.
#
# diffusers' schedulers keep the last predictions and counters as attributes and offer no way to
# save them. All tensors, numbers, texts and lists of these are taken, whatever they are called.


Tensors = dict[str, Tensor]


def pack(scheduler: Any) -> tuple[Tensors, dict[str, Any]]:
    """The state of a scheduler: tensors by number, and values for JSON that refer to them."""
    tensors: Tensors = {}
    packed = {name: _packed(value, tensors) for name, value in vars(scheduler).items()}
    return tensors, {name: value for name, value in packed.items() if value is not None}


def unpack(scheduler: Any, tensors: Tensors, state: dict[str, Any]) -> None:
    """Give a scheduler of the same kind and timesteps the state of another.

    Raises:
        LookupError: A tensor is missing.
    """
    for name, value in state.items():
        setattr(scheduler, name, _unpacked(value, tensors))


def _packed(value: object, tensors: Tensors) -> dict[str, Any] | None:
    """A value that says what it is; None for what is no state, such as a configuration."""
    match value:
        case Tensor():
            name = str(len(tensors))
            tensors[name] = _apart(value.detach().cpu().contiguous(), tensors)
            return {"tensor": name, "device": str(value.device)}
        case None | bool() | int() | float() | str():
            return {"value": value}
        case list():
            items = [_packed(item, tensors) for item in value]
            return None if None in items else {"list": items}
    return None


def _apart(value: Tensor, tensors: Tensors) -> Tensor:
    """The tensor, copied where it lies in the memory of another: files hold each by itself."""
    place = value.untyped_storage().data_ptr()
    taken = (other.untyped_storage().data_ptr() for other in tensors.values())
    return value.clone() if place in taken else value


def _unpacked(value: dict[str, Any], tensors: Tensors) -> object:
    if "tensor" in value:
        return tensors[value["tensor"]].to(torch.device(value["device"]))
    if "list" in value:
        return [_unpacked(item, tensors) for item in value["list"]]
    return value["value"]
