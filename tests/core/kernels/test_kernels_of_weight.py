"""Kernels are made at the first call, and again for another weight."""

import copy
import time
from functools import partial

import torch
from torch import Tensor, nn

from core.kernels.kernels_of_weight import KernelsOfWeight
from core.kernels.narrow_convolution import NarrowConvolution
from core.kernels.winograd import WinogradConvolution
from core.runtime.compute_threads import run_side_by_side
from tests.threads import torch_threads

made: list[Tensor] = []


def doubled(weight: Tensor, dtype: torch.dtype) -> Tensor:
    made.append(weight)
    return (2 * weight).to(dtype)


def slowly_doubled(weight: Tensor, dtype: torch.dtype) -> Tensor:
    time.sleep(0.05)  # for the other thread to come in
    return doubled(weight, dtype)


def test_kernels_are_made_once_and_again_for_another_weight() -> None:
    made.clear()
    kernels = KernelsOfWeight(doubled)
    weight, other = nn.Parameter(torch.ones(3)), nn.Parameter(torch.zeros(3))
    assert made == []
    for _ in range(2):
        assert torch.equal(kernels(weight), torch.full((3,), 2.0))
    assert len(made) == 1
    assert torch.equal(kernels(other), torch.zeros(3))
    assert len(made) == 2


def test_threads_that_call_at_once_make_them_once() -> None:
    made.clear()
    kernels, weight = KernelsOfWeight(slowly_doubled), nn.Parameter(torch.ones(3))
    with torch_threads(2):
        first, second = run_side_by_side([partial(kernels, weight)] * 2)
    assert len(made) == 1
    assert first is second


def test_kernels_belong_neither_to_the_state_nor_to_the_parameters() -> None:
    kernels = KernelsOfWeight(doubled)
    kernels(nn.Parameter(torch.ones(3)))
    assert dict(kernels.state_dict()) == dict(kernels.named_parameters()) == {}


@torch.inference_mode()
def test_kernels_made_in_inference_are_ordinary_tensors() -> None:
    assert not KernelsOfWeight(doubled)(torch.ones(3)).is_inference()


@torch.inference_mode()
def test_fast_convolutions_follow_a_weight_that_is_replaced() -> None:
    torch.manual_seed(0)
    layer, other = (nn.Conv2d(6, 4, 3, padding=1) for _ in range(2))
    x = torch.randn(2, 6, 5, 2)
    for kind in (WinogradConvolution, NarrowConvolution):
        fast = kind.of(copy.deepcopy(layer))
        fast(x)
        fast.weight, fast.bias = copy.deepcopy(other.weight), copy.deepcopy(other.bias)
        torch.testing.assert_close(fast(x), other(x), rtol=1e-5, atol=1e-5)
