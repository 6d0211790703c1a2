"""A clip that is vocoded over ranks is that of one rank, bit for bit, turn by turn."""

import numpy as np
import pytest

from core.peers.alone import ALONE
from tests.core.vocoders.rank_vocoding import CHUNK_FRAMES, vocode
from tests.rank_pool import RankPool
from tests.threads import torch_threads


@pytest.mark.parametrize(
    ("size", "turns"),
    [
        (2, [[40, 70, 9, 30], [64, 1, 60], [17]]),
        (3, [[100], [], [200, 7]]),
        (2, [[5]]),  # less than a chunk
        (3, [[0]]),
    ],
)
def test_samples_over_ranks_are_those_of_one(
    ranks: RankPool, size: int, turns: list[list[int]]
) -> None:
    with torch_threads(1):
        expected, chunks = vocode(ALONE, turns)
    (found, counted), *others = ranks.run(size, vocode, turns)

    np.testing.assert_array_equal(np.concatenate(found), np.concatenate(expected))
    assert counted == chunks  # those of the other ranks too
    assert [parts for parts, _ in others] == [[]] * (size - 1)


def test_chunks_are_shared_out_evenly(ranks: RankPool) -> None:
    found = ranks.run(3, vocode, [[40, CHUNK_FRAMES * 15 - 40]])

    total, *others = (count for _, count in found)  # rank 0 counts those of all
    assert (total, sorted(others)) == (15, [4, 5])


def test_each_turn_is_heard_when_it_has_ended(ranks: RankPool) -> None:
    (found, _), _ = ranks.run(2, vocode, [[40, 100], [100], [100]])
    lengths = [len(part) for part in found[1:]]

    assert lengths[0] > 0  # the first chunks come at once
    assert lengths[1] == 0
    assert all(lengths[2:])


@pytest.mark.parametrize("failing", [1, 2])
def test_a_rank_that_fails_is_named_by_all(ranks: RankPool, failing: int) -> None:
    found = ranks.run(3, vocode, [[40, 160]], failing)

    assert found == [f"Rank {failing} (cpu {failing}): no memory."] * 3
