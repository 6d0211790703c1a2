"""Winograd's convolution equals the direct one, for every length, border and tile."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from core.kernels import winograd
from core.kernels.winograd import FEW_BINS, MANY_BINS, WinogradConvolution
from core.tiled_vae.graph import tasks
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.patch import Patch
from tests.core.tiled_vae.networks import (
    LATENT_CHANNELS,
    decode_untiled,
    encode_untiled,
    engine,
    relative_error,
    tiny_vae,
    uneven_input,
)

CPU = torch.device("cpu")


@pytest.fixture
def always_winograd(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every 3x3 convolution goes Winograd's way, in every precision."""
    monkeypatch.setattr(tasks, "use_winograd", lambda weight, device, dtype: True)


@given(
    size=st.tuples(st.integers(1, 2), st.integers(1, 21), st.integers(1, 9)),
    block=st.sampled_from([1, 200, 1 << 21]),
    biased=st.booleans(),
    step=st.sampled_from([FEW_BINS, MANY_BINS]),
)
def test_it_equals_the_direct_convolution(
    size: tuple[int, int, int], block: int, biased: bool, step: int
) -> None:
    batch, time, bins = size
    values, weight = uneven_input(time + 2, bins, 3, batch), uneven_input(3, 3, 3, 5)
    bias = torch.arange(5.0, dtype=torch.float64) if biased else None
    direct = F.conv2d(values, weight, bias, padding=(0, 1))
    kernels = winograd.winograd_weight(weight, torch.float64, step)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(winograd, "BLOCK_ELEMENTS", block)
        found = winograd.convolve(values, kernels, bias, padding=(0, 0))
    assert found.shape == direct.shape
    assert torch.allclose(found, direct, rtol=1e-12, atol=1e-11)


@pytest.mark.parametrize("step", [FEW_BINS, MANY_BINS])
def test_the_rounding_error_is_at_most_twice_the_direct_one(step: int) -> None:
    torch.manual_seed(0)
    values, weight = torch.randn(1, 64, 42, 8).double(), torch.randn(32, 64, 3, 3).double()
    truth = F.conv2d(values, weight, padding=(0, 1))
    direct = F.conv2d(values.float(), weight.float(), padding=(0, 1))
    kernels = winograd.winograd_weight(weight, torch.float32, step)
    found = winograd.convolve(values.float(), kernels, None, padding=(0, 0))

    def error(of: torch.Tensor) -> float:
        return float((of - truth).square().mean().sqrt())

    assert error(found) < 2 * error(direct) + 1e-6 * float(truth.std())


@pytest.mark.parametrize("mode", ["exact", "padded"])
@pytest.mark.parametrize("tile_frames", [4, 20, 400])
def test_a_whole_network_of_them_is_right(
    always_winograd: None, mode: str, tile_frames: int
) -> None:
    vae, latents = tiny_vae(), uneven_input(17, 3, LATENT_CHANNELS)
    frames = 400 if mode == "padded" else tile_frames
    found = engine(vae, mode=mode, tile_frames=frames)
    assert relative_error(found.decode(latents), decode_untiled(vae, latents)) < 1e-10


def test_an_encoder_and_tiles_along_mel_are_right(always_winograd: None) -> None:
    vae, mel = tiny_vae(), uneven_input(31, 12, batch=2)
    found = engine(vae, mode="exact", tile_frames=6, tile_bins=4)
    assert relative_error(found.encode(mel).parameters, encode_untiled(vae, mel)) < 1e-10


def test_only_wide_float32_layers_use_winograd() -> None:
    def converted(channels: int, dtype: torch.dtype) -> tasks.Convolution:
        weight = torch.zeros(channels, channels, 3, 3)
        return tasks.Convolution(name="layer", weight=weight, bias=None).to(CPU, dtype)

    assert converted(128, torch.float32).winograd_weight is not None
    assert converted(128, torch.bfloat16).winograd_weight is None
    assert converted(127, torch.float32).winograd_weight is None


def test_a_wide_layer_equals_the_direct_convolution() -> None:
    torch.manual_seed(0)
    weight, bias = torch.randn(256, 256, 3, 3) / 48, torch.randn(256)
    area = whole_region(9, 3)
    values = torch.randn(1, 256, 9, 3).to(memory_format=torch.channels_last)
    task = tasks.Convolution(name="layer", weight=weight, bias=bias).to(CPU, torch.float32)
    found = task.run(Patch(values, area, area), area).values
    assert relative_error(found, F.conv2d(values, weight, bias, padding=1)) < 1e-5


sizes = st.integers(1, 5)


@given(sizes, sizes, sizes, st.integers(1, 9), sizes)
@torch.inference_mode()
def test_it_equals_the_convolution_it_takes_over_at_any_size(
    batch: int, channels: int, channels_out: int, frames: int, bins: int
) -> None:
    layer = nn.Conv2d(channels, channels_out, 3, padding=1)
    x = torch.randn(batch, channels, frames, bins)
    torch.testing.assert_close(WinogradConvolution.of(layer)(x), layer(x), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("bias", [True, False])
@torch.inference_mode()
def test_it_keeps_weights_and_converts_as_any_layer(bias: bool) -> None:
    layer = nn.Conv2d(6, 4, 3, padding=1, bias=bias)
    converted = WinogradConvolution.of(layer)
    assert converted.state_dict().keys() == layer.state_dict().keys()
    assert converted.weight is layer.weight
    x = torch.randn(2, 6, 5, 2, dtype=torch.float64)
    torch.testing.assert_close(converted.double()(x), layer.double()(x), rtol=1e-5, atol=1e-5)
