"""Laws of the share-out: every item once, in order, by speed, within what a rank can hold."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.peers.sharing import deal_out, ends_turn, share_out, turns_of

costs = st.lists(st.floats(0, 100), max_size=40)
speeds = st.lists(st.floats(0.1, 10), min_size=1, max_size=6)


@given(costs, speeds)
def test_stretches_cover_every_item_once_in_order(costs: list[float], speeds: list[float]) -> None:
    stretches = share_out(costs, speeds)

    assert [i for span in stretches for i in range(span.start, span.stop)] == [*range(len(costs))]
    assert len(stretches) == len(speeds)


@given(st.integers(1, 60), speeds)
def test_no_rank_is_idle_where_there_are_items(count: int, speeds: list[float]) -> None:
    idle = sum(span.length == 0 for span in share_out([1.0] * count, speeds))

    assert idle == max(0, len(speeds) - count)


@given(st.integers(1, 200), st.integers(1, 6))
def test_equal_ranks_get_equal_stretches(count: int, size: int) -> None:
    lengths = [span.length for span in share_out([1.0] * count, [2.0] * size)]

    assert max(lengths) - min(lengths) <= 1


def test_a_rank_twice_as_fast_gets_twice_as_much() -> None:
    assert [span.length for span in share_out([1.0] * 30, [2.0, 1.0])] == [20, 10]


def test_a_small_memory_leaves_its_items_to_the_others() -> None:
    stretches = share_out([1.0] * 30, [1.0, 1.0, 1.0], [4, math.inf, math.inf])

    assert [span.length for span in stretches] == [4, 13, 13]


def test_where_nobody_has_room_the_room_decides() -> None:
    assert [span.length for span in share_out([1.0] * 30, [1.0, 9.0], [4, 2])] == [20, 10]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_items_go_to_the_first_ranks(count: int) -> None:
    assert [span.length for span in share_out([1.0] * count, [1.0] * 3)][:count] == [1] * count


@given(st.integers(0, 60), speeds)
def test_turns_cover_every_item_once_in_order(count: int, speeds: list[float]) -> None:
    owners = deal_out(count, speeds)
    turns = turns_of(owners)

    assert [i for turn in turns for i in range(turn.start, turn.stop)] == [*range(count)]
    for turn in turns:  # nobody waits inside a turn for a rank that has given all of its own
        assert list(owners[turn.slice]) == sorted(owners[turn.slice])
    assert [turn.stop - 1 for turn in turns[:-1]] == [
        i for i in range(count) if ends_turn(owners, i)
    ]


@given(st.integers(1, 60), st.integers(1, 6))
def test_in_a_turn_each_of_equal_ranks_has_one_item(count: int, size: int) -> None:
    lengths = [turn.length for turn in turns_of(deal_out(count, [1.0] * size))]

    if size > 1:
        assert lengths[:-1] == [size] * (len(lengths) - 1)
