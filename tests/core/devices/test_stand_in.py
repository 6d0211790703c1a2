"""The stand-in itself: it refuses what the devices refuse, and counts what it is asked to do."""

import gc

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from tests.core.devices.stand_in import ChannelsLastError, StandIn


@pytest.mark.parametrize("inference", [False, True])
def test_tensors_carry_the_real_type_and_compute(stand_in: StandIn, inference: bool) -> None:
    values = torch.randn(2, 3, 4, 5)
    with torch.inference_mode(inference):
        there = values.to(stand_in.kind)
        assert there.device == stand_in.device
        assert there.device.type == stand_in.kind
        assert torch.equal((there * 2)[:, [0, 2]].cpu(), (values * 2)[:, [0, 2]])
        assert torch.equal(there.permute(0, 2, 3, 1).flatten(1, 2).cpu()[0, 1], values[0, :, 0, 1])
        assert torch.tensor([1.0, 2.0], device=stand_in.device).sum().item() == 3
        there[0, :, :2] = 7.0
        there.copy_(there.clone())
        assert (there[0, :, :2].cpu() == 7).all()


def test_layers_move_there_and_back(stand_in: StandIn) -> None:
    layer = nn.Conv2d(3, 4, 3, padding=1).requires_grad_(False)
    picture = torch.randn(1, 3, 6, 6)
    expected = layer(picture)
    layer.to(stand_in.kind)
    assert layer.weight.device == stand_in.device
    assert torch.equal(layer(picture.to(stand_in.device)).cpu(), expected)
    assert layer.cpu().weight.device.type == "cpu"


def test_attention_is_one_kernel(stand_in: StandIn) -> None:
    queries = torch.randn(1, 2, 5, 8).to(stand_in.device)
    stand_in.ledger.start()
    found = F.scaled_dot_product_attention(queries, queries, queries)
    assert stand_in.ledger.launches == 1
    host = queries.cpu()
    assert torch.equal(found.cpu(), F.scaled_dot_product_attention(host, host, host))


def test_mixtures_with_the_host_are_refused(stand_in: StandIn) -> None:
    there = torch.ones(3).to(stand_in.device)
    with pytest.raises(RuntimeError, match="same device"):
        there + torch.ones(3)
    assert (there + torch.tensor(1.0)).cpu().sum() == 6


def test_mps_has_no_float64(mps: StandIn) -> None:
    there = torch.ones(3).to(mps.device)
    for widen in (
        there.double,
        lambda: there.cpu().double().to(mps.device),
        lambda: torch.zeros(3, dtype=torch.float64, device=mps.device),
        lambda: torch.tensor([1.0], dtype=torch.float64, device=mps.device),
        lambda: torch.zeros(3, dtype=torch.float64).copy_(there),
        lambda: there.to("cpu", torch.float64),
    ):
        with pytest.raises(TypeError, match="float64"):
            widen()


def test_cuda_has_float64(cuda: StandIn) -> None:
    assert torch.ones(3).to(cuda.device).double().dtype == torch.float64


def test_mps_refuses_convolutions_in_channels_last_order(mps: StandIn) -> None:
    picture = torch.randn(1, 4, 6, 6).to(mps.device)
    kernel = torch.randn(4, 4, 3, 3).to(mps.device)
    last = picture.contiguous(memory_format=torch.channels_last)
    F.conv_transpose2d(picture, kernel)
    F.conv2d(picture, kernel)
    for convolve in (F.conv_transpose2d, F.conv2d):
        with pytest.raises(ChannelsLastError):
            convolve(last, kernel)
    with pytest.raises(ChannelsLastError):
        F.conv2d(picture, kernel.contiguous(memory_format=torch.channels_last))


def test_running_out_of_memory_is_what_the_device_calls_it(stand_in: StandIn) -> None:
    stand_in.ledger.start(failing_allocation=1)
    first = torch.ones(4).to(stand_in.device)
    with pytest.raises(RuntimeError, match="out of memory") as caught:
        first + 1
    assert isinstance(caught.value, torch.OutOfMemoryError) == (stand_in.kind != "mps")
    stand_in.ledger.start(capacity_bytes=stand_in.ledger.live_bytes + 15)
    with pytest.raises(RuntimeError, match="out of memory"):
        first + 1


def test_bytes_live_until_their_last_view_is_gone(stand_in: StandIn) -> None:
    gc.collect()
    base = stand_in.ledger.live_bytes
    whole = torch.zeros(256).to(stand_in.device)
    part = whole[:16]
    assert stand_in.ledger.live_bytes == base + 1024
    del whole
    assert stand_in.ledger.live_bytes == base + 1024
    del part
    assert stand_in.ledger.live_bytes == base


def test_launches_views_and_waits_are_counted_apart(stand_in: StandIn) -> None:
    values = torch.ones(4, 4).to(stand_in.device)
    ledger = stand_in.ledger
    ledger.start()
    total = (values.view(16) + 1).sum()
    assert (ledger.launches, ledger.num_synchronisations, ledger.uploads) == (2, 0, 0)
    assert float(total) == 32
    assert ledger.num_synchronisations == 1
    values.cpu()
    assert ledger.num_synchronisations == 2
    values.copy_(torch.ones(4, 4))
    assert (ledger.uploads, ledger.moved_bytes) == (1, 128)
    assert ledger.operations["add.Tensor"] == 1
