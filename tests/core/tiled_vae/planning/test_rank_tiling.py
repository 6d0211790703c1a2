"""Laws of tilings over ranks: each tile has one rank, in stretches, as long as a rank is fast."""

from collections import Counter
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Span
from core.peers.sharing import deal_out
from core.tiled_vae import TilingConfig
from core.tiled_vae.graph.geometry import whole_region
from core.tiled_vae.graph.graph_builder import decoder_queue
from core.tiled_vae.planning.planner import Plan, plan_decode
from core.tiled_vae.planning.rank_tiling import RankTiling
from tests.core.tiled_vae.networks import ATTENTION, LATENT_CHANNELS, TWO_LEVELS, tiny_vae

speeds = st.lists(st.floats(0.2, 5), min_size=1, max_size=5)
ATTENDING, USUAL = decoder_queue(tiny_vae(ATTENTION)), decoder_queue(tiny_vae(TWO_LEVELS))


def plan(num_ranks: int, queue: list = USUAL, frames: int = 400, **config: object) -> Plan:
    shape = (1, LATENT_CHANNELS, frames, 3)
    return plan_decode(queue, shape, TilingConfig(tile_frames=10, **config), [1.0] * num_ranks)


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
    assert len(ranked.largest) == 20
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


@pytest.mark.parametrize("rank", [0, 1, 2])
def test_a_rank_reads_its_stretch_of_the_input_only(rank: int) -> None:
    span = plan(3, frames=30).source_span(USUAL, rank)

    assert _edges(span) == (10 * rank, 10 * rank + 10)


def _edges(span: Span) -> tuple[int, int]:
    return span.start, span.stop
