"""The state of diffusers' schedulers: on the disk between two steps, and in a checkpoint.

diffusers' schedulers keep their last predictions and counters as attributes, or in lists of them,
and offer no way to save them. Predictions are latents of four axes, among small tensors and
numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from core.api.region import Span
from core.runtime.spool import Spool

Tensors = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class _StoredLatents:
    """Replaces latents in a scheduler while they are on the disk.

    Attributes:
        first: Index of their first value in the spool.
        shape: (B, C, t, F).
        dtype: Their precision, float32 or lower.
        device: Their device.
    """

    first: int
    shape: torch.Size
    dtype: torch.dtype
    device: torch.device


class SchedulerState:
    """Stores the latents of several schedulers on the disk; each has slots of its own.

    Args:
        num_schedulers: How many there are.
    """

    def __init__(self, num_schedulers: int) -> None:
        self._num_schedulers = num_schedulers
        self._spool = Spool()
        self._slot_values = 0  # of the first latents: no stretch is longer than the first one

    def store(self, index: int, scheduler: Any) -> None:
        """Move the latents of scheduler `index` to the disk."""
        slots = iter(range(index, 1 << 30, self._num_schedulers))
        _replace(scheduler, Tensor, lambda latents: self._put(latents, next(slots)))

    def load(self, index: int, scheduler: Any) -> None:
        """Read them back into the scheduler."""
        _replace(scheduler, _StoredLatents, self._take)

    def _put(self, latents: Tensor, slot: int) -> _StoredLatents:
        self._slot_values = self._slot_values or latents.numel()
        first = slot * self._slot_values
        self._spool.write(first, latents.detach().float().cpu().numpy().ravel())
        return _StoredLatents(first, latents.shape, latents.dtype, latents.device)

    def _take(self, stored: _StoredLatents) -> Tensor:
        values = self._spool.read(stored.first, stored.shape.numel())
        return torch.from_numpy(values).view(stored.shape).to(stored.device, stored.dtype)


def cut_latents(scheduler: Any, span: Span) -> None:
    """Cut the latents in a scheduler's state to a span of their time."""
    _replace(scheduler, Tensor, lambda latents: latents[:, :, span.slice])


def _replace(scheduler: Any, kind: type, replace_by: Callable[[Any], object]) -> None:
    """Replace every attribute of a kind, also in lists; of tensors, those with four axes."""

    def replaced(value: object) -> object:
        if isinstance(value, list):
            return [replaced(item) for item in value]
        is_large = value.ndim == 4 if isinstance(value, Tensor) else True
        return replace_by(value) if isinstance(value, kind) and is_large else value

    for name, value in vars(scheduler).items():
        setattr(scheduler, name, replaced(value))


def pack(scheduler: Any) -> tuple[Tensors, dict[str, Any]]:
    """The state of a scheduler: tensors by number, and JSON values that refer to them.

    All tensors, numbers, texts and lists of these are taken, whatever their names.
    """
    tensors: Tensors = {}
    packed = {name: _packed(value, tensors) for name, value in vars(scheduler).items()}
    return tensors, {name: value for name, value in packed.items() if value is not None}


def unpack(scheduler: Any, tensors: Tensors, state: dict[str, Any]) -> None:
    """Set the state of a scheduler of the same kind and timesteps.

    Raises:
        LookupError: A tensor is missing.
    """
    for name, value in state.items():
        setattr(scheduler, name, _unpacked(value, tensors))


def _packed(value: object, tensors: Tensors) -> dict[str, Any] | None:
    """A value with its kind; None for what is no state, such as a configuration."""
    match value:
        case Tensor():
            name = str(len(tensors))
            tensors[name] = _unshared(value.detach().cpu().contiguous(), tensors)
            return {"tensor": name, "device": str(value.device)}
        case None | bool() | int() | float() | str():
            return {"value": value}
        case list():
            items = [_packed(item, tensors) for item in value]
            return None if None in items else {"list": items}
    return None


def _unshared(value: Tensor, tensors: Tensors) -> Tensor:
    """The tensor, copied where it shares memory with another: safetensors refuses that."""
    address = value.untyped_storage().data_ptr()
    taken = (other.untyped_storage().data_ptr() for other in tensors.values())
    return value.clone() if address in taken else value


def _unpacked(value: dict[str, Any], tensors: Tensors) -> object:
    if "tensor" in value:
        return tensors[value["tensor"]].to(torch.device(value["device"]))
    if "list" in value:
        return [_unpacked(item, tensors) for item in value["list"]]
    return value["value"]
