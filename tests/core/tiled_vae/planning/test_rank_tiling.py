"""Laws of tilings over ranks: each tile has one rank, in stretches, as long as a rank is fast."""

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import groupby

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.errors import DeviceMemoryError
from core.api.region import Span
from core.peers.sharing import deal_out
from core.tiled_vae import TilingConfig
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.graph_builder import decoder_queue
from core.tiled_vae.planning.memory_model import ComputeSizes
from core.tiled_vae.planning.plan import Plan
from core.tiled_vae.planning.planner import plan_decode
from core.tiled_vae.planning.rank_memory import RankMemory
from core.tiled_vae.planning.rank_tiling import Ranks, RankTiling
from tests.core.tiled_vae.networks import ATTENTION, LATENT_CHANNELS, TWO_LEVELS, tiny_vae

speeds = st.lists(st.floats(0.2, 5), min_size=1, max_size=5)
ATTENDING, USUAL = decoder_queue(tiny_vae(ATTENTION)), decoder_queue(tiny_vae(TWO_LEVELS))


def plan(
    num_ranks: int,
    queue: list = USUAL,
    frames: int = 400,
    budgets_bytes: Sequence[int] | None = None,
    **config: object,
) -> Plan:
    shape = (1, LATENT_CHANNELS, frames, 3)
    ranks = Ranks([1.0] * num_ranks, budgets_bytes)
    return plan_decode(queue, shape, TilingConfig(tile_frames=10, **config), ranks)


@given(st.integers(1, 400), st.integers(1, 60), st.integers(1, 8), speeds)
def test_each_rank_has_one_stretch_of_tiles(
    length: int, size: int, unit: int, speeds: list[float]
) -> None:
    ranked = RankTiling.shared(whole_region(length, 4), (size, 4), unit, speeds)
    covered = [i for tile in ranked.tiling.tiles for i in range(*_edges(tile.core.time))]

    assert covered == [*range(length)]
    assert list(ranked.owners) == sorted(ranked.owners)
    assert len(ranked.owners) == len(ranked.tiling)


@given(st.integers(32, 3000), st.integers(1, 400), speeds)
def test_a_stream_is_dealt_out_at_blocks(length: int, size: int, speeds: list[float]) -> None:
    ranked = RankTiling.dealt(whole_region(length, 4), (size, 4), 1, 32, speeds)
    pairs = zip(ranked.tiling.tiles, ranked.owners, strict=True)
    starts = [next(tiles)[0].core.time.start for _, tiles in groupby(pairs, key=lambda p: p[1])]
    covered = [i for tile in ranked.tiling.tiles for i in range(*_edges(tile.core.time))]

    assert covered == [*range(length)]
    assert all(start % 32 == 0 for start in starts)


def test_a_rank_twice_as_fast_computes_twice_as_much() -> None:
    ranked = RankTiling.shared(whole_region(300, 4), (10, 4), 1, [2.0, 1.0])

    assert Counter(ranked.owners) == {0: 20, 1: 10}
    assert [len(ranked.of_rank(rank)) for rank in (0, 1, 2)] == [20, 10, 0]
    assert Counter(deal_out(30, [2.0, 1.0])) == {0: 20, 1: 10}


def test_equal_ranks_take_turns() -> None:
    assert deal_out(5, [1.0, 1.0]) == (0, 1, 0, 1, 0)


def test_more_ranks_need_less_memory_each() -> None:
    peaks = [plan(size, frames=4000).peak_bytes for size in (1, 2, 4)]

    assert peaks[1] < 0.6 * peaks[0]
    assert peaks[2] < 0.45 * peaks[0]  # keys and values are all on each


def test_keys_and_values_pass_round_where_memory_is_short() -> None:
    gathered = plan(20, ATTENDING)
    ring = plan(20, ATTENDING, memory_budget=gathered.peak_bytes // 2)

    assert not gathered.ring
    assert ring.ring
    assert ring.peak_bytes < gathered.peak_bytes / 2


def test_a_rank_with_less_memory_gets_a_shorter_stretch() -> None:
    equal = plan(2, frames=4000)
    enough, short = 2 * equal.peak_bytes, 8 * equal.peak_bytes // 10
    held = Counter(plan(2, frames=4000, budgets_bytes=[enough, short]).owners)

    assert held[1] < 0.5 * held[0]
    assert plan(2, frames=4000, budgets_bytes=[enough, enough]).owners == equal.owners
    with pytest.raises(DeviceMemoryError, match="may be used"):
        plan(2, frames=4000, budgets_bytes=[short // 4, short // 4])


@settings(max_examples=20)  # a plan takes a while
@given(st.lists(st.integers(200_000, 2_000_000), min_size=2, max_size=3))
def test_no_rank_gets_more_than_its_memory_holds(budgets_bytes: list[int]) -> None:
    shape = (1, LATENT_CHANNELS, 300, 3)
    ranks = Ranks([1.0] * len(budgets_bytes), budgets_bytes)
    with suppress(DeviceMemoryError):
        planned = plan_decode(USUAL, shape, TilingConfig(tile_frames=20), ranks)
        tiling = RankTiling(planned.tiling, planned.owners)
        sizes = ComputeSizes(1, torch.float32, stored_itemsize=4, fused_attention=True)
        memory = RankMemory(USUAL, sizes, planned.ring)
        needed = memory.profiles(tiling, len(budgets_bytes))
        for profile, budget_bytes in zip(needed, budgets_bytes, strict=True):
            assert profile.peak_bytes() <= budget_bytes


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_a_rank_reads_its_stretch_of_the_input_only(rank: int) -> None:
    span = plan(3, frames=30).source_span(USUAL, rank)

    assert _edges(span) == (10 * rank, 10 * rank + 10)


def _edges(span: Span) -> tuple[int, int]:
    return span.start, span.stop
