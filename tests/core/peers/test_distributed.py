"""Two and three ranks in processes of their own: they meet, exchange, and leave together."""

import pytest
import torch

from core.peers.alone import ALONE
from tests.core.peers import rank_work
from tests.rank_pool import Raised, RankPool

SIZES = [2, 3]


@pytest.mark.parametrize("size", SIZES)
def test_plain_values_come_in_the_order_of_ranks(ranks: RankPool, size: int) -> None:
    devices = [f"cpu {rank}" for rank in range(size)]
    expected = [[rank, size, devices, rank == 0] for rank in range(size)]

    assert ranks.run(size, rank_work.say_who) == [expected] * size


def test_tensors_come_bit_for_bit_in_any_number(ranks: RankPool) -> None:
    for found in ranks.run(3, rank_work.gather_uneven):
        assert [len(tensors) for tensors in found] == [0, 1, 2]
        assert found[1][0].dtype == torch.float64
        assert found[2][1].dtype == torch.bfloat16
        assert torch.equal(found[2][1].float(), torch.full((3, 2), 2.0))


def test_neighbours_exchange_at_once(ranks: RankPool) -> None:
    found = ranks.run(3, rank_work.exchange_with_neighbours)

    assert found == [{1: 10.0}, {0: 1.0, 2: 21.0}, {1: 12.0}]


@pytest.mark.parametrize("size", SIZES)
def test_a_ring_passes_on_what_it_gets(ranks: RankPool, size: int) -> None:
    expected = [[float((rank - 1) % size), float((rank - 2) % size)] for rank in range(size)]

    assert ranks.run(size, rank_work.pass_round_twice) == expected


def test_rank_0_spreads_what_it_has(ranks: RankPool) -> None:
    assert ranks.run(3, rank_work.spread_from_first) == [5.0] * 3


def test_results_arrive_at_rank_0_in_order(ranks: RankPool) -> None:
    assert ranks.run(3, rank_work.post_in_turn, 3)[0] == [0, 10, 11, 12, 20, 21, 22]


@pytest.mark.parametrize("how", ["exchange", "loop", "results"])
def test_all_leave_with_the_sentence_of_one(ranks: RankPool, how: str) -> None:
    for kind, text, gathered, _ in ranks.run(3, rank_work.fail_at, 1, how):
        assert (kind, text) == ("RankError", "Rank 1 (cpu 1): no memory.")
        assert gathered == [0, 1, 2]


def test_after_a_failure_no_old_message_is_left(ranks: RankPool) -> None:
    found = ranks.run(3, rank_work.fail_at, 1, "results")

    assert found[0][3] == [0, 10, 11, 20, 21]


@pytest.mark.parametrize("failing", [0, 2])
def test_one_cancelling_cancels_all(ranks: RankPool, failing: int) -> None:
    found = ranks.run(3, rank_work.fail_at, failing, "cancelled")

    assert [one[0] for one in found] == ["Cancelled"] * 3


def test_a_bug_of_one_rank_is_named_on_all(ranks: RankPool) -> None:
    found = ranks.run(2, rank_work.fail_at, 0, "bug")

    assert [one[1] for one in found] == ["Rank 0 (cpu 0): KeyError: 'a bug'"] * 2


def test_a_failing_user_of_results_ends_the_others(ranks: RankPool) -> None:
    found = ranks.run(3, rank_work.user_of_generator_fails)

    assert found == ["Rank 0 (cpu 0): the vocoder is broken."] * 3


def test_a_dead_rank_is_named_by_all_others(ranks: RankPool) -> None:
    first, dead, last = ranks.run(3, rank_work.die, 1)

    assert first == last
    assert first.startswith("Rank 1 (cpu 1): it does not answer any more")
    assert isinstance(dead, Raised)


def test_alone_pays_nothing_and_changes_nothing() -> None:
    tensors = [torch.ones(2)]

    assert ALONE.gather(3) == [3]
    assert ALONE.gather_tensors(tensors)[0][0] is tensors[0]
    assert ALONE.pass_round(tensors)[0] is tensors[0]
    assert ALONE.exchange({}, []) == {}
    with pytest.raises(KeyError), ALONE.leaving_together():
        raise KeyError
