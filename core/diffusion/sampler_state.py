"""What a sampler remembers between two steps, as tensors and plain values.

diffusers' schedulers keep the last predictions and counters as attributes and offer no way to
save them. All tensors, numbers, texts and lists of these are taken, whatever they are called.
"""

from typing import Any

import torch
from torch import Tensor

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
