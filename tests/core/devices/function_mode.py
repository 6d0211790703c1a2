"""Answers what torch asks a device's own code for, before any operation is dispatched."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention
from torch.overrides import TorchFunctionMode

from tests.core.devices.stand_in import DeviceTensor, StandIn, leaves_of

MAKING = {torch.tensor, torch.as_tensor, torch.asarray}
ASKING = MAKING | {Tensor.__getitem__, Tensor.to, scaled_dot_product_attention}


class Functions(TorchFunctionMode):
    """Asks the stand-in in place of the code that a real device has."""

    def __init__(self, stand_in: StandIn) -> None:
        super().__init__()
        self._stand_in = stand_in

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        """Call a function of torch, or have the stand-in do it."""
        kwargs = kwargs or {}
        if function not in ASKING:  # most calls read a shape or a type
            return function(*args, **kwargs)
        kwargs = dict(kwargs)
        if function in MAKING:
            return self._made(function, args, kwargs)
        is_attention = function is scaled_dot_product_attention
        if is_attention and any(isinstance(leaf, DeviceTensor) for leaf in leaves_of(args, kwargs)):
            return self._stand_in.attend(function, args, kwargs)
        if function is Tensor.__getitem__ and isinstance(args[0], DeviceTensor):
            args = args[0], _without_lists(args[1])
        if function is Tensor.to:  # a type without a number means the first device
            args = tuple(self._numbered(value) for value in args)
            kwargs = {name: self._numbered(value) for name, value in kwargs.items()}
        return function(*args, **kwargs)

    def _made(self, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """A tensor made of Python's numbers, which goes to the device then."""
        if not self._stand_in.is_meant(kwargs.get("device")):
            return function(*args, **kwargs)
        del kwargs["device"]
        return function(*args, **kwargs).to(self._stand_in.device)

    def _numbered(self, value: Any) -> Any:
        is_device = isinstance(value, str | torch.device)
        return self._stand_in.device if is_device and self._stand_in.is_meant(value) else value


def _without_lists(index: Any) -> Any:
    """An index with tensors in the place of lists."""
    if isinstance(index, tuple):
        return tuple(_without_lists(part) for part in index)
    return torch.tensor(index) if isinstance(index, list) else index
