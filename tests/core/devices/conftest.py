"""Devices to test on, one kind after the other."""

from collections.abc import Iterator

import pytest

from tests.core.devices.device_guard import missing_reason
from tests.core.devices.kernel_table import KEYS, Support, support
from tests.core.devices.machine import KINDS, machine_with
from tests.core.devices.stand_in import StandIn


def device_of(kind: str) -> Iterator[StandIn]:
    """A machine with a device of a kind; whatever runs on it has to have a kernel there."""
    if reason := missing_reason(kind):
        pytest.skip(reason)
    with machine_with(kind) as stand_in:
        yield stand_in
        ran = stand_in.ledger.operations
    if kind in KEYS:
        assert [name for name in ran if support(name, kind) is Support.NONE] == []


@pytest.fixture(params=KINDS)
def stand_in(request: pytest.FixtureRequest) -> Iterator[StandIn]:
    """Each kind of device in turn."""
    yield from device_of(request.param)


@pytest.fixture
def mps() -> Iterator[StandIn]:
    """Apple's."""
    yield from device_of("mps")


@pytest.fixture
def cuda() -> Iterator[StandIn]:
    """NVIDIA's."""
    yield from device_of("cuda")
