"""The classic algorithm: close to the untiled network, and exact with enough padding."""

import pytest
import torch

from core.api.events import BarrierPassed, TileAdvanced, TilePlanned, TileState
from core.api.progress import Progress
from tests.core.tiled_vae.networks import (
    AUDIOLDM,
    BUNDLED,
    LATENT_CHANNELS,
    decode_untiled,
    encode_untiled,
    engine,
    relative_error,
    tiny_vae,
    uneven_input,
)


def error(found: torch.Tensor, truth: torch.Tensor) -> float:
    return float((found - truth).abs().mean() / truth.std())


def test_padding_beyond_the_receptive_field_is_exact() -> None:
    vae = tiny_vae(BUNDLED)
    latents = uneven_input(60, 2, LATENT_CHANNELS)
    padded = engine(vae, mode="padded", tile_frames=80, decoder_padding=20)
    assert len(padded.plan_decode(latents.shape).tiles) == 2
    assert relative_error(padded.decode(latents), decode_untiled(vae, latents)) < 1e-10


@pytest.mark.parametrize("fast", [False, True], ids=["joint", "fast"])
def test_decoding_comes_close(fast: bool) -> None:
    vae = tiny_vae(AUDIOLDM)
    latents = uneven_input(48, 3, LATENT_CHANNELS)
    padded = engine(vae, mode="padded", fast=fast, tile_frames=48)
    assert len(padded.plan_decode(latents.shape).tiles) > 1
    assert 0 < error(padded.decode(latents), decode_untiled(vae, latents)) < (0.5 if fast else 0.25)


@pytest.mark.parametrize("fast", [False, True], ids=["joint", "fast"])
def test_encoding_comes_close(fast: bool) -> None:
    vae = tiny_vae(AUDIOLDM)
    mel = uneven_input(193, 12)
    padded = engine(vae, mode="padded", fast=fast, tile_frames=48)
    assert len(padded.plan_encode(mel.shape).tiles) > 1
    assert 0 < error(padded.encode(mel).parameters, encode_untiled(vae, mel)) < 0.5


def test_more_padding_is_nearer_to_the_truth() -> None:
    vae = tiny_vae(AUDIOLDM)
    latents = uneven_input(48, 3, LATENT_CHANNELS)
    errors = [
        error(
            engine(vae, mode="padded", tile_frames=24, decoder_padding=padding).decode(latents),
            decode_untiled(vae, latents),
        )
        for padding in (0, 2, 11)
    ]
    assert errors == sorted(errors, reverse=True)


def test_one_tile_is_the_untiled_network() -> None:
    vae = tiny_vae(AUDIOLDM)
    latents = uneven_input(9, 3, LATENT_CHANNELS)
    found = engine(vae, mode="padded", tile_frames=400).decode(latents)
    assert relative_error(found, decode_untiled(vae, latents)) < 1e-10


def test_tiles_stop_at_group_norms_and_fast_ones_at_attention() -> None:
    vae = tiny_vae(AUDIOLDM, torch.float32)
    latents = uneven_input(48, 3, LATENT_CHANNELS, dtype=torch.float32)
    barriers = {}
    for fast in (False, True):
        events: list[object] = []
        padded = engine(vae, mode="padded", fast=fast, tile_frames=48)
        padded.decode(latents, Progress(events.append))
        barriers[fast] = [event.layer for event in events if isinstance(event, BarrierPassed)]
    assert sum("norm" in layer for layer in barriers[False]) == 24
    assert barriers[True] == ["decoder.mid_block.attentions.0"]


def test_every_tile_reports_its_states() -> None:
    vae = tiny_vae(BUNDLED, torch.float32)
    latents = uneven_input(48, 3, LATENT_CHANNELS, dtype=torch.float32)
    events: list[object] = []
    engine(vae, mode="padded", tile_frames=64).decode(latents, Progress(events.append))
    (planned,) = [event for event in events if isinstance(event, TilePlanned)]
    assert events[0] is planned
    for tile in range(len(planned.tiles)):
        states = [e.state for e in events if isinstance(e, TileAdvanced) and e.tile == tile]
        assert states[0] is TileState.WAITING
        assert states[-1] is TileState.DONE
        assert states[1:-1:2] == [TileState.RUNNING] * (len(states) // 2)
        assert set(states[2:-1:2]) == {TileState.PARKED}
