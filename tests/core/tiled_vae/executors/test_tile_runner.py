"""Half precision that overflows, and networks that are broken in any precision."""

import pytest
import torch

from core.api.errors import NonFiniteError
from core.api.events import Notice
from core.api.progress import Progress
from core.tiled_vae.planning import statistics_sample
from tests.core.tiled_vae.networks import (
    AUDIOLDM,
    LATENT_CHANNELS,
    decode_untiled,
    engine,
    tiny_vae,
    uneven_input,
)

modes = pytest.mark.parametrize("mode", ["exact", "padded", "streaming"])
BLOWN_UP = "decoder.mid_block.resnets.1.conv1"


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clips of more than eight latent frames are long: streaming streams them."""
    monkeypatch.setattr(statistics_sample, "NUM_WINDOWS", 1)


def overflowing_vae():
    """The next group norm undoes the factor, so that only half precision minds it."""
    vae = tiny_vae(AUDIOLDM, torch.float32)
    with torch.no_grad():
        vae.get_submodule(BLOWN_UP).weight.mul_(1e5)
        vae.get_submodule(BLOWN_UP).bias.mul_(1e5)
    return vae


@modes
def test_an_overflow_is_computed_again_in_float32_and_said(mode: str) -> None:
    vae = overflowing_vae()
    latents = uneven_input(12, 3, LATENT_CHANNELS, dtype=torch.float32)
    events: list[object] = []
    half = engine(vae, mode=mode, tile_frames=16, compute_dtype="float16")
    found = half.decode(latents, Progress(events.append))
    full = engine(vae, mode=mode, tile_frames=16).decode(latents)
    assert torch.isfinite(found).all()
    assert (found - full).abs().mean() / full.std() < 0.02
    notices = [event.sentence for event in events if isinstance(event, Notice)]
    assert notices
    assert all(BLOWN_UP in sentence and "float32" in sentence for sentence in notices)
    assert any("tile 0" in sentence for sentence in notices)


@modes
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_broken_network_is_named_with_layer_and_tile(mode: str, precision: str) -> None:
    vae = tiny_vae(AUDIOLDM, torch.float32)
    vae.decoder.up_blocks[1].resnets[0].conv2.weight.data[0, 0, 0, 0] = float("nan")
    latents = uneven_input(40, 3, LATENT_CHANNELS, dtype=torch.float32)
    tiled = engine(vae, mode=mode, tile_frames=32, compute_dtype=precision)
    with pytest.raises(NonFiniteError) as caught:
        tiled.decode(latents)
    assert caught.value.layer == "decoder.up_blocks.1.resnets.0.conv2"
    assert caught.value.tile is not None


def test_stored_values_beyond_half_precision_are_clamped() -> None:
    vae = overflowing_vae()
    latents = uneven_input(8, 3, LATENT_CHANNELS, dtype=torch.float32)
    found = engine(vae, tile_frames=16, store_dtype="float16").decode(latents)
    assert torch.isfinite(found).all()


def test_bfloat16_has_the_range_and_needs_no_second_run() -> None:
    vae = overflowing_vae()
    latents = uneven_input(8, 3, LATENT_CHANNELS, dtype=torch.float32)
    events: list[object] = []
    found = engine(vae, compute_dtype="bfloat16").decode(latents, Progress(events.append))
    assert not any(isinstance(event, Notice) for event in events)
    assert (found - decode_untiled(vae, latents)).abs().mean() / decode_untiled(
        vae, latents
    ).std() < 0.1
