"""Answers what torch asks a device's own code for, before any operation is dispatched.

The functions are replaced one by one: a mode would see every call, and most of these read a shape.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor
from torch.nn import functional

from tests.core.devices.stand_in import DeviceTensor, Dispatch, StandIn, tensors_of

OF_NUMBERS = ("tensor", "as_tensor", "asarray")
OF_SHAPES = (
    *("empty", "zeros", "ones", "full", "arange", "linspace", "randn", "rand", "eye"),
    *("empty_like", "zeros_like", "ones_like", "full_like", "randn_like", "empty_strided"),
)
aten = torch.ops.aten
Function = Callable[..., Any]


@contextmanager
def functions_answered(stand_in: StandIn) -> Iterator[None]:
    """Ask the stand-in in place of the code that a real device has."""
    with torch.device("cpu"):
        torch.empty(0)  # torch notes at the first such call which functions make tensors: its own
    with ExitStack() as stack:
        for names, replace in ((OF_NUMBERS, _of_numbers), (OF_SHAPES, _of_shape)):
            for name in names:
                made = replace(stand_in, getattr(torch, name))
                stack.enter_context(patch.object(torch, name, made))
        stack.enter_context(patch.object(Tensor, "to", _moving(stand_in, Tensor.to)))
        attention = "scaled_dot_product_attention"
        attending = _attending(stand_in, getattr(functional, attention))
        stack.enter_context(patch.object(functional, attention, attending))
        library = stack.enter_context(torch.library._scoped_library("aten", "IMPL"))
        _allocate(stand_in, library)
        yield


def _allocate(stand_in: StandIn, library: torch.library.Library) -> None:
    """Where torch's own code makes a tensor on the way, it asks the device for memory."""

    def empty(size: Any, **kwargs: Any) -> Tensor:
        return stand_in.run(aten.empty.memory_format, (size,), kwargs, [])

    def empty_strided(size: Any, stride: Any, **kwargs: Any) -> Tensor:
        return stand_in.run(aten.empty_strided.default, (size, stride), kwargs, [])

    key = stand_in.kind.upper()
    library.impl("empty.memory_format", empty, key)
    library.impl("empty_strided", empty_strided, key)


def _of_shape(stand_in: StandIn, function: Function) -> Function:
    """A tensor that no other one is needed for is made on the device."""

    def make(*args: Any, **kwargs: Any) -> Any:
        if not stand_in.is_meant(kwargs.get("device")):
            return function(*args, **kwargs)
        with Dispatch(stand_in):
            return function(*args, **kwargs)

    return make


def _of_numbers(stand_in: StandIn, function: Function) -> Function:
    """A tensor of Python's numbers is made on the host, and goes to the device then."""

    def make(*args: Any, **kwargs: Any) -> Any:
        if not stand_in.is_meant(kwargs.get("device")):
            return function(*args, **kwargs)
        del kwargs["device"]
        return function(*args, **kwargs).to(stand_in.device)

    return make


def _moving(stand_in: StandIn, function: Function) -> Function:
    """A type without a number means the first device."""

    def numbered(value: Any) -> Any:
        is_device = isinstance(value, str | torch.device)
        return stand_in.device if is_device and stand_in.is_meant(value) else value

    def to(tensor: Tensor, *args: Any, **kwargs: Any) -> Any:
        args = tuple(map(numbered, args))
        if "device" in kwargs:
            kwargs["device"] = numbered(kwargs["device"])
        targets = (*args, kwargs.get("device"))
        if not any(target is stand_in.device or type(target) is DeviceTensor for target in targets):
            return function(tensor, *args, **kwargs)
        with Dispatch(stand_in):
            return function(tensor, *args, **kwargs)

    return to


def _attending(stand_in: StandIn, function: Function) -> Function:
    """Attention is one kernel of the device."""

    def attend(*args: Any, **kwargs: Any) -> Any:
        tensors = tensors_of((*args, *kwargs.values()))
        if any(type(tensor) is DeviceTensor for tensor in tensors):
            return stand_in.attend(function, args, kwargs)
        return function(*args, **kwargs)

    return attend
