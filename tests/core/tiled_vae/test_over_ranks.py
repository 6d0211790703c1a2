"""Exact decoding and encoding over ranks: equal to one rank's, and no rank holds everything."""

import pytest
import torch

from core.tiled_vae import TiledVAE, TilingConfig
from tests.core.tiled_vae import rank_work
from tests.core.tiled_vae.networks import (
    ATTENTION,
    AUDIOLDM,
    BUNDLED,
    LATENT_CHANNELS,
    TWO_LEVELS,
    decode_untiled,
    encode_untiled,
    relative_error,
    scale_of,
    tiny_vae,
    uneven_input,
)
from tests.rank_pool import Raised, RankPool


def latents_of(frames: int, bins: int = 3) -> torch.Tensor:
    return uneven_input(frames, bins, LATENT_CHANNELS)


@pytest.mark.parametrize(
    ("shape", "size"),
    [(AUDIOLDM, 2), (BUNDLED, 3), (ATTENTION, 3)],
    ids=["audioldm", "bundled", "attention"],
)
def test_decoding_equals_one_ranks_to_the_bit(ranks: RankPool, shape: dict, size: int) -> None:
    vae = tiny_vae(dict(shape))
    config = {"tile_frames": 2 * scale_of(vae)}
    latents = latents_of(4 * size)
    first, *others = ranks.run(size, rank_work.decode, shape, config, latents)

    assert torch.equal(first, TiledVAE(vae, TilingConfig(**config)).decode(latents))
    assert relative_error(first, decode_untiled(vae, latents)) < 1e-10
    assert all(other.numel() == 0 for other in others)


@pytest.mark.parametrize("shape", [AUDIOLDM, BUNDLED], ids=["audioldm", "bundled"])
def test_encoding_gives_every_rank_the_posterior(ranks: RankPool, shape: dict) -> None:
    vae = tiny_vae(dict(shape))
    mel = uneven_input(13 * scale_of(vae) + 1, 4 * scale_of(vae))
    for found in ranks.run(3, rank_work.encode, shape, {"tile_frames": 2 * scale_of(vae)}, mel):
        assert relative_error(found, encode_untiled(vae, mel)) < 1e-10


@pytest.mark.parametrize(
    "config",
    [
        {"tile_frames": 4, "tile_bins": 4},
        {"tile_frames": 6, "offload": "cpu", "memory_budget": 50_000},
        {"tile_frames": 2},
        {"mode": "off"},
    ],
    ids=["columns", "offload", "one latent", "off"],
)
@pytest.mark.parametrize("frames", [2, 13])
def test_any_exact_plan_is_exact(ranks: RankPool, config: dict, frames: int) -> None:
    latents = latents_of(frames)
    found = ranks.run(3, rank_work.decode, TWO_LEVELS, config, latents)[0]

    assert relative_error(found, decode_untiled(tiny_vae(TWO_LEVELS), latents)) < 1e-10


@pytest.mark.parametrize("size", [2, 3])
def test_in_a_ring_attention_is_exact(ranks: RankPool, size: int) -> None:
    vae, latents = tiny_vae(dict(ATTENTION)), latents_of(13)
    config = {"tile_frames": 2 * scale_of(vae)}
    found = ranks.run(size, rank_work.decode_in_ring, ATTENTION, config, latents)[0]

    assert relative_error(found, decode_untiled(vae, latents)) < 1e-10


@pytest.mark.parametrize("fast", [False, True], ids=["joint", "fast"])
def test_padded_tiles_give_one_ranks_result(ranks: RankPool, fast: bool) -> None:
    config = {"mode": "padded", "fast": fast, "tile_frames": 16, "decoder_padding": 2}
    latents = latents_of(40)
    found = ranks.run(2, rank_work.decode, TWO_LEVELS, config, latents)[0]
    alone = TiledVAE(tiny_vae(TWO_LEVELS), TilingConfig(**config)).decode(latents)

    assert relative_error(found, alone) < 1e-10


@pytest.mark.parametrize(
    ("shape", "fast"), [(AUDIOLDM, False), (BUNDLED, True)], ids=["windows", "shrunk"]
)
def test_a_stream_over_ranks_is_one_ranks(ranks: RankPool, shape: dict, fast: bool) -> None:
    config = {"mode": "streaming", "fast": fast, "tile_frames": 32 * scale_of(tiny_vae(shape))}
    latents = latents_of(130)
    ((alone, tiles),) = ranks.run(1, rank_work.decode_long, shape, config, latents)
    (first, of_first), (second, of_second) = ranks.run(
        2, rank_work.decode_long, shape, config, latents
    )

    assert relative_error(first, alone) < 1e-10
    assert second.numel() == 0
    assert not of_first & of_second
    assert len(of_first | of_second) >= len(tiles)
    assert max(of_first) > min(of_second)  # stretches are dealt out in turn


def test_context_windows_are_dealt_out(ranks: RankPool) -> None:
    config, latents = {"context": 16}, latents_of(30)
    alone = TiledVAE(tiny_vae(TWO_LEVELS), TilingConfig(**config)).decode(latents)
    (plan, first), (_, second) = ranks.run(2, rank_work.events_of, TWO_LEVELS, config, latents)
    found = ranks.run(2, rank_work.decode, TWO_LEVELS, config, latents)[0]

    assert torch.equal(found, alone)
    assert plan.ranks == (0, 1, 0, 1, 0)
    assert [device for _, state, device in first if state == "done"] == ["cpu", "cpu 1"] * 2 + [
        "cpu"
    ]
    assert [tile for tile, state, _ in second if state == "done"] == [1, 3]


def test_no_rank_holds_or_reads_everything(ranks: RankPool) -> None:
    config, latents = {"tile_frames": 32}, latents_of(60)
    ((_, alone, count),) = ranks.run(1, rank_work.read_and_held, BUNDLED, config, latents)
    for rank, (spans, held, yielded) in enumerate(
        ranks.run(3, rank_work.read_and_held, BUNDLED, config, latents)
    ):
        assert held < 0.4 * alone
        assert sum(span.length for span in spans) <= 60 // 3 + 2
        assert yielded == (0 if rank else count)


def test_the_first_rank_reports_all_tiles_with_devices(ranks: RankPool) -> None:
    config, latents = {"tile_frames": 4}, latents_of(8)
    (plan, first), _ = ranks.run(2, rank_work.events_of, TWO_LEVELS, config, latents)
    ((alone, _),) = ranks.run(1, rank_work.events_of, TWO_LEVELS, config, latents)
    done = [(tile, device) for tile, state, device in first if state == "done"]

    assert plan.ranks == (0, 0, 1, 1)
    assert plan.devices == ("cpu 0", "cpu 1")
    assert alone.ranks == alone.devices == ()
    assert done == [(0, "cpu"), (1, "cpu"), (2, "cpu 1"), (3, "cpu 1")]
    assert {tile for tile, state, _ in first if state == "parked"} == {0, 1, 2, 3}


@pytest.mark.parametrize("how", ["in a pass", "at the end"])
@pytest.mark.parametrize("failing", [0, 2])
def test_where_one_rank_fails_all_name_it(ranks: RankPool, failing: int, how: str) -> None:
    config, latents = {"tile_frames": 4}, latents_of(12)
    found = ranks.run(3, rank_work.fail_in_decoding, config, latents, failing, how)
    for text, _ in found:
        assert text == f"RankError: Rank {failing} (cpu {failing}): The memory is too small."
    assert relative_error(found[0][1], decode_untiled(tiny_vae(TWO_LEVELS), latents)) < 1e-10


def test_cancelling_one_rank_cancels_all(ranks: RankPool) -> None:
    found = ranks.run(2, rank_work.fail_in_decoding, {}, latents_of(12), 1, "cancelled")
    assert [text for text, _ in found] == ["Cancelled: "] * 2


def test_a_failing_user_of_the_tiles_ends_all(ranks: RankPool) -> None:
    config = {"tile_frames": 4}
    found = ranks.run(3, rank_work.user_stops, config, latents_of(24))
    assert found == ["Rank 0 (cpu 0): the vocoder is broken."] * 3


def test_what_no_rank_can_do_is_said_by_all(ranks: RankPool) -> None:
    found = ranks.run(2, rank_work.decode, TWO_LEVELS, {}, torch.full((1, 3, 4, 3), float("nan")))
    for raised in found:
        assert isinstance(raised, Raised)
        assert raised.kind == "InvalidRequestError"
        assert raised.text.startswith("latents holds infinities or NaNs")
