"""The engine's truth: tiled equals untiled."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.tiled_vae.networks import (
    AUDIOLDM,
    EVERY_NAME,
    EVERY_SHAPE,
    LATENT_CHANNELS,
    decode_untiled,
    encode_untiled,
    engine,
    relative_error,
    scale_of,
    tiny_vae,
    uneven_input,
)

TOLERANCE = {torch.float32: 1e-4, torch.float64: 1e-10}
shapes = pytest.mark.parametrize("shape", EVERY_SHAPE, ids=EVERY_NAME)
precisions = pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)


@shapes
@precisions
@pytest.mark.parametrize("tile_latents", [1, 3, 50])
def test_tiled_decode_equals_untiled(shape: dict, dtype: torch.dtype, tile_latents: int) -> None:
    vae = tiny_vae(shape, dtype)
    latents = uneven_input(7, 4, LATENT_CHANNELS, batch=2, dtype=dtype)
    found = engine(vae, tile_frames=tile_latents * scale_of(vae)).decode(latents)
    assert relative_error(found, decode_untiled(vae, latents)) < TOLERANCE[dtype]


@shapes
@precisions
@pytest.mark.parametrize("tile_latents", [1, 3, 50])
def test_tiled_encode_equals_untiled(shape: dict, dtype: torch.dtype, tile_latents: int) -> None:
    vae = tiny_vae(shape, dtype)
    mel = uneven_input(
        7 * scale_of(vae) + scale_of(vae) // 2, 4 * scale_of(vae), batch=2, dtype=dtype
    )
    found = engine(vae, tile_frames=tile_latents * scale_of(vae)).encode(mel).parameters
    assert relative_error(found, encode_untiled(vae, mel)) < TOLERANCE[dtype]


@pytest.mark.parametrize("tile_bins", [1, 2, 3])
@pytest.mark.parametrize("tile_latents", [2, 50])
def test_tiles_along_mel_and_along_both_axes_are_exact_too(
    tile_latents: int, tile_bins: int
) -> None:
    vae = tiny_vae(AUDIOLDM)
    tiled = engine(vae, tile_frames=tile_latents * 4, tile_bins=tile_bins * 4)
    latents = uneven_input(5, 5, LATENT_CHANNELS)
    assert relative_error(tiled.decode(latents), decode_untiled(vae, latents)) < 1e-10
    mel = uneven_input(23, 22)
    assert relative_error(tiled.encode(mel).parameters, encode_untiled(vae, mel)) < 1e-10


@settings(max_examples=15)
@given(st.integers(1, 12), st.integers(1, 13), st.integers(1, 3))
def test_the_tile_plan_does_not_matter(frames: int, tile_latents: int, bins: int) -> None:
    vae = tiny_vae()
    latents = uneven_input(frames, 3, LATENT_CHANNELS)
    found = engine(vae, tile_frames=2 * tile_latents, tile_bins=2 * bins).decode(latents)
    assert relative_error(found, decode_untiled(vae, latents)) < 1e-10


@settings(max_examples=15)
@given(st.integers(2, 25), st.integers(1, 13))
def test_encoding_takes_any_length(frames: int, tile_latents: int) -> None:
    vae = tiny_vae()
    mel = uneven_input(frames, 6)
    found = engine(vae, tile_frames=2 * tile_latents).encode(mel).parameters
    assert relative_error(found, encode_untiled(vae, mel)) < 1e-10


@shapes
def test_encoding_decoded_latents_keeps_their_shape(shape: dict) -> None:
    vae = tiny_vae(shape, torch.float32)
    latents = uneven_input(5, 2, LATENT_CHANNELS, batch=2, dtype=torch.float32)
    tiled = engine(vae, tile_frames=2 * scale_of(vae))
    assert tiled.encode(tiled.decode(latents)).mean.shape == latents.shape


def test_switched_off_the_whole_goes_through_in_one_piece() -> None:
    vae = tiny_vae()
    latents = uneven_input(9, 4, LATENT_CHANNELS)
    whole = engine(vae, mode="off", tile_frames=2)
    assert len(whole.plan_decode(latents.shape).tiles) == 1
    assert relative_error(whole.decode(latents), decode_untiled(vae, latents)) < 1e-10


@pytest.mark.parametrize(("precision", "tolerance"), [("bfloat16", 0.1), ("float16", 0.02)])
def test_half_precision_stays_close(precision: str, tolerance: float) -> None:
    vae = tiny_vae(AUDIOLDM, torch.float32)
    latents = uneven_input(6, 3, LATENT_CHANNELS, dtype=torch.float32)
    found = engine(vae, tile_frames=8, compute_dtype=precision).decode(latents)
    error = (found - decode_untiled(vae, latents)).abs().mean() / decode_untiled(vae, latents).std()
    assert found.dtype == torch.float32
    assert 0 < error < tolerance


@pytest.mark.parametrize("precision", ["bfloat16", "float16"])
@pytest.mark.parametrize("mode", ["exact", "streaming", "padded"])
def test_half_precision_does_not_round_the_result(mode: str, precision: str) -> None:
    vae = tiny_vae(AUDIOLDM, torch.float32)
    half = engine(vae, mode=mode, compute_dtype=precision)
    mel = half.decode(uneven_input(6, 3, LATENT_CHANNELS, dtype=torch.float32))
    for result in (mel, half.encode(mel).mean):
        assert not torch.equal(result, result.to(getattr(torch, precision)).float())


def test_activations_at_rest_in_half_precision_cost_little() -> None:
    vae = tiny_vae(AUDIOLDM, torch.float32)
    latents = uneven_input(6, 3, LATENT_CHANNELS, dtype=torch.float32)
    found = engine(vae, tile_frames=8, store_dtype="float16").decode(latents)
    error = (found - decode_untiled(vae, latents)).abs().mean() / decode_untiled(vae, latents).std()
    assert 0 < error < 0.01


def test_the_network_is_left_as_it_was() -> None:
    vae = tiny_vae(AUDIOLDM, torch.float32)
    before = {name: value.clone() for name, value in vae.state_dict().items()}
    strides = {name: value.stride() for name, value in vae.state_dict().items()}
    engine(vae, tile_frames=8, compute_dtype="bfloat16").decode(
        uneven_input(6, 3, LATENT_CHANNELS, dtype=torch.float32)
    )
    for name, value in vae.state_dict().items():
        assert value.dtype == torch.float32
        assert value.stride() == strides[name]
        assert torch.equal(value, before[name])


def test_the_result_may_be_changed_in_place() -> None:
    tiled = engine(tiny_vae(), tile_frames=4)
    latents = uneven_input(5, 2, LATENT_CHANNELS)
    untouched = list(tiled.decode_tiles(latents))
    for (_, expected), (_, mel) in zip(untouched, tiled.decode_tiles(latents), strict=True):
        assert torch.equal(mel, expected)  # whatever was done to the tiles before it
        assert torch.equal(mel.add_(1), expected + 1)
    assert len(untouched) > 1


def test_tiles_come_in_the_order_of_time_and_cover_the_clip() -> None:
    vae = tiny_vae()
    latents = uneven_input(9, 4, LATENT_CHANNELS)
    tiles = list(engine(vae, tile_frames=4).decode_tiles(latents))
    starts = [region.time.start for region, _ in tiles]
    assert starts == sorted(starts)
    assert sum(region.area for region, _ in tiles) == 18 * 8
    assert all(mel.shape[2:] == (r.time.length, r.bins.length) for r, mel in tiles)
