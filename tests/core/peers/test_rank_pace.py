"""The measured speeds of ranks, and what is not measured."""

import pytest

from core.peers.rank_pace import RankPace


def pace_of(*durations_s: list[float]) -> RankPace:
    pace = RankPace([1.0] * len(durations_s))
    for rank, each in enumerate(durations_s):
        for duration_s in each:
            pace.note(rank, duration_s)
    return pace


def test_a_rank_that_takes_twice_as_long_is_half_as_fast() -> None:
    assert pace_of([2.0, 1.0], [2.0, 2.5]).speeds == (1.0, 0.5)


def test_nearly_equal_ranks_count_as_equal() -> None:
    assert pace_of([1.0, 9.0], [1.2], [1.4]).speeds == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("durations_s", [([1.0], []), ([0.01], [1.0])])
def test_until_all_are_measured_the_stated_speeds_count(
    durations_s: tuple[list[float], ...],
) -> None:
    assert pace_of(*durations_s).speeds == (1.0, 1.0)
