"""Winograd's convolution equals the direct one, for every length, border and tile."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import functional as F

from core.kernels import winograd
from core.tiled_vae.graph import tasks
from core.tiled_vae.graph.geometry import plane
from core.tiled_vae.graph.patch import Patch
from tests.core.tiled_vae.networks import (
    LATENT_CHANNELS,
    decoded,
    encoded,
    engine,
    landscape,
    relative_error,
    tiny_vae,
)

CPU = torch.device("cpu")


@pytest.fixture
def pays_always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every 3x3 convolution goes Winograd's way, in every precision."""
    monkeypatch.setattr(winograd, "pays", lambda weight, device, dtype: True)


@given(
    time=st.integers(1, 21),
    bins=st.integers(1, 6),
    batch=st.integers(1, 2),
    block=st.sampled_from([1, 200, 1 << 21]),
    biased=st.booleans(),
)
def test_it_equals_the_direct_convolution(
    time: int, bins: int, batch: int, block: int, biased: bool
) -> None:
    values, weight = landscape(time + 2, bins, 3, batch), landscape(3, 3, 3, 5)
    bias = torch.arange(5.0, dtype=torch.float64) if biased else None
    direct = F.conv2d(values, weight, bias, padding=(0, 1))
    kernels = winograd.transformed(weight, torch.float64)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(winograd, "BLOCK_ELEMENTS", block)
        found = winograd.convolve(values, kernels, bias, padding=(0, 0))
    assert found.shape == direct.shape
    assert torch.allclose(found, direct, rtol=1e-12, atol=1e-11)


def test_the_rounding_error_is_at_most_twice_the_direct_one() -> None:
    torch.manual_seed(0)
    values, weight = torch.randn(1, 64, 42, 8).double(), torch.randn(32, 64, 3, 3).double()
    truth = F.conv2d(values, weight, padding=(0, 1))
    direct = F.conv2d(values.float(), weight.float(), padding=(0, 1))
    kernels = winograd.transformed(weight, torch.float32)
    found = winograd.convolve(values.float(), kernels, None, padding=(0, 0))

    def error(of: torch.Tensor) -> float:
        return float((of - truth).square().mean().sqrt())

    assert error(found) < 2 * error(direct) + 1e-6 * float(truth.std())


@pytest.mark.parametrize("mode", ["exact", "padded"])
@pytest.mark.parametrize("tile_frames", [4, 20, 400])
def test_a_whole_network_of_them_is_right(pays_always: None, mode: str, tile_frames: int) -> None:
    vae, latents = tiny_vae(), landscape(17, 3, LATENT_CHANNELS)
    frames = 400 if mode == "padded" else tile_frames
    found = engine(vae, mode=mode, tile_frames=frames)
    assert relative_error(found.decode(latents), decoded(vae, latents)) < 1e-10


def test_an_encoder_and_tiles_along_mel_are_right(pays_always: None) -> None:
    vae, mel = tiny_vae(), landscape(31, 12, batch=2)
    found = engine(vae, mode="exact", tile_frames=6, tile_bins=4)
    assert relative_error(found.encode(mel).parameters, encoded(vae, mel)) < 1e-10


def test_a_layer_goes_this_way_only_where_it_pays() -> None:
    def converted(channels: int, dtype: torch.dtype) -> tasks.Convolution:
        weight = torch.zeros(channels, channels, 3, 3)
        return tasks.Convolution(name="layer", weight=weight, bias=None).to(CPU, dtype)

    assert converted(128, torch.float32).points is not None
    assert converted(128, torch.bfloat16).points is None
    assert converted(127, torch.float32).points is None


def test_a_layer_that_pays_equals_the_direct_one() -> None:
    torch.manual_seed(0)
    weight, bias = torch.randn(256, 256, 3, 3) / 48, torch.randn(256)
    area = plane(9, 3)
    values = torch.randn(1, 256, 9, 3).to(memory_format=torch.channels_last)
    task = tasks.Convolution(name="layer", weight=weight, bias=bias).to(CPU, torch.float32)
    found = task.run(Patch(values, area, area), area).values
    assert relative_error(found, F.conv2d(values, weight, bias, padding=1)) < 1e-5
