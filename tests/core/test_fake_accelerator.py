"""The fake accelerator has to behave like one before placement is tested on it."""

import gc

import pytest
import torch
from torch.nn import functional as F

from tests.core.fake_accelerator import capacity, install

DEVICE = install()


def test_numbers_come_back_as_they_went() -> None:
    values = torch.arange(6.0).reshape(2, 3)
    assert torch.equal((values.to(DEVICE) * 2).cpu(), values * 2)


def test_devices_cannot_be_mixed() -> None:
    with pytest.raises(RuntimeError, match="mixes"):
        torch.ones(3).to(DEVICE) + torch.ones(3)


def test_it_has_no_float64() -> None:
    values = torch.ones(3).to(DEVICE)
    for attempt in (values.double, lambda: values.to("cpu", torch.float64)):
        with pytest.raises(TypeError, match="float64"):
            attempt()


def test_live_and_moved_bytes_are_counted() -> None:
    gc.collect()
    with capacity(None) as ledger:
        before = ledger.live_bytes
        values = torch.zeros(100).to(DEVICE)
        more = values + 1
        assert ledger.live_bytes - before == 800
        assert more[10:20].cpu().sum() == 10
        assert (ledger.to_device_bytes, ledger.to_host_bytes) == (400, 40)
        del values, more
        gc.collect()
        assert ledger.live_bytes == before
        assert ledger.peak_bytes - before >= 800


def test_beyond_its_capacity_it_is_out_of_memory_and_recovers() -> None:
    with capacity(1000) as ledger:
        ledger.capacity_bytes = ledger.live_bytes + 1000
        with pytest.raises(torch.OutOfMemoryError):
            torch.zeros(500).to(DEVICE)
        assert torch.zeros(100).to(DEVICE).sum().item() == 0


def test_convolutions_run_there() -> None:
    values, weight = torch.randn(1, 2, 5, 5), torch.randn(3, 2, 3, 3)
    found = F.conv2d(values.to(DEVICE), weight.to(DEVICE), padding=1)
    torch.testing.assert_close(found.cpu(), F.conv2d(values, weight, padding=1))
