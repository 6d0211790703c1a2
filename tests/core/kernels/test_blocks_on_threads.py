from collections.abc import Callable
from functools import partial

import pytest
import torch
from torch import Tensor

from core.kernels import polynomial_convolution, upsampling, winograd
from tests.threads import torch_threads

CHANNELS, TAPS = 128, 7


def winograd_of(picture: Tensor) -> Callable[[], Tensor]:
    kernels = winograd.winograd_weight(torch.randn(CHANNELS, CHANNELS, 3, 3), torch.float32)
    return partial(winograd.convolve, picture, kernels, None)


def doubled(picture: Tensor) -> Callable[[], Tensor]:
    kernels = upsampling.product_weights(torch.randn(CHANNELS, CHANNELS, 3, 3), torch.float32)
    return partial(upsampling.convolve_doubled, picture, kernels, None)


def along_time(picture: Tensor) -> Callable[[], Tensor]:
    weight = torch.randn(CHANNELS, CHANNELS, TAPS)
    kernels = polynomial_convolution.polynomial_weight(weight, torch.float32)
    values = picture[0].flatten(1).T.contiguous()  # (B, C, T, F) -> (T F, C)
    return partial(polynomial_convolution.convolve, values, kernels, torch.zeros(CHANNELS), TAPS)


@pytest.mark.parametrize("kernel", [winograd_of, doubled, along_time])
@torch.inference_mode()
def test_blocks_on_threads_equal_blocks_in_turn(
    kernel: Callable[[Tensor], Callable[[], Tensor]],
) -> None:
    torch.manual_seed(0)
    picture = torch.randn(2, CHANNELS, 300, 32).to(memory_format=torch.channels_last)
    convolve = kernel(picture)
    with torch_threads(1):
        in_turn = convolve()
    with torch_threads(4):
        on_threads, again = convolve(), convolve()
    assert torch.equal(on_threads, again)
    torch.testing.assert_close(on_threads, in_turn, rtol=0, atol=1e-5 * float(in_turn.std()))
