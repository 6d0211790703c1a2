"""A machine with a device that this one does not have."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import pytest
import torch

from core.models import networks
from tests.core.devices.device_guard import guard_that_does_nothing, missing_reason
from tests.core.devices.kernel_table import KEYS, Support, support
from tests.core.devices.stand_in import StandIn
from tests.core.devices.torch_functions import functions_answered

KINDS = ("mps", "cuda", "xpu")
ROOM_BYTES = 8 << 30


def device_of(kind: str) -> Iterator[StandIn]:
    """A machine with a device of a kind; whatever runs on it has to have a kernel there."""
    if reason := missing_reason(kind):
        pytest.skip(reason)
    with machine_with(kind) as stand_in:
        yield stand_in
        ran = stand_in.ledger.operations
    if kind in KEYS:
        assert [name for name in ran if support(name, kind) is Support.NONE] == []


@contextmanager
def machine_with(kind: str) -> Iterator[StandIn]:
    """Have torch see one device of a kind, for as long as this lasts."""
    assert not missing_reason(kind)
    stand_in = StandIn(kind)
    module = torch.get_device_module(kind)
    with ExitStack() as stack:
        for name, value in _answers(stand_in).items():
            stack.enter_context(patch.object(module, name, value, create=True))
        stack.enter_context(_weights_replaced())
        # A trial without values has to do with no device, and takes most of the time of loading.
        stack.enter_context(patch.object(networks, "find_failure", lambda network: None))
        stack.enter_context(guard_that_does_nothing(kind))
        stack.enter_context(functions_answered(stand_in))
        yield stand_in


@contextmanager
def _weights_replaced() -> Iterator[None]:
    """Have modules take new parameters where they move: these are of another class there."""
    before = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    try:
        yield
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(before)


def _answers(stand_in: StandIn) -> dict[str, Any]:
    """What the device's module of torch says."""
    ledger = stand_in.ledger

    def live(device: Any = None) -> int:
        return ledger.live_bytes

    def reserved(device: Any = None) -> int:
        return ledger.reserved_bytes

    def total() -> int:
        return ledger.capacity_bytes or ROOM_BYTES

    common: dict[str, Any] = {
        "is_available": lambda: True,
        "device_count": lambda: 1,
        "synchronize": lambda device=None: ledger.wait("synchronize"),
        "empty_cache": ledger.empty_cache,
    }
    if stand_in.kind == "mps":
        return common | {
            "recommended_max_memory": total,
            "driver_allocated_memory": reserved,
            "current_allocated_memory": live,
        }
    return common | {
        "_lazy_init": lambda: None,
        "current_device": lambda: 0,
        "mem_get_info": lambda device=None: (total() - reserved(), total()),
        "memory_reserved": reserved,
        "memory_allocated": live,
        "get_arch_list": lambda: ["sm_75", "sm_80", "sm_90"],
        "get_device_capability": lambda device=None: (8, 0),
        "get_device_name": lambda device=None: "a stand-in",
    }
