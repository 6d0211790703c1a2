"""The measure of seams itself: it hears a click, and nothing where there is none."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.seams import REACH_FRAMES, flux_ranks, halfway, share_text, wilson_interval

SPACING = 32


def _noise(num_frames: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(num_frames, 64)).astype(np.float32)


def _quiet(ranks: np.ndarray) -> float:
    return float(np.mean(ranks < 0.95))


@given(st.integers(0, 1000))
def test_ordinary_places_are_flagged_as_often_as_by_chance(seed: int) -> None:
    log_mel, borders = _noise(6000, seed), list(range(SPACING, 6000, SPACING))
    ranks = flux_ranks(log_mel, borders)
    assert 0.88 < _quiet(ranks) <= 1
    assert 0.88 < _quiet(flux_ranks(log_mel, borders, halfway(borders))) <= 1


def test_a_click_at_each_border_is_found_only_there() -> None:
    log_mel, borders = _noise(6000, 1), list(range(SPACING, 6000, SPACING))
    log_mel[borders] += 3
    assert _quiet(flux_ranks(log_mel, borders)) == 0
    assert _quiet(flux_ranks(log_mel, borders, halfway(borders))) > 0.88


@given(st.lists(st.integers(0, 500), unique=True).map(sorted))
def test_places_halfway_are_out_of_reach_of_every_border(borders: list[int]) -> None:
    for place in halfway(borders):
        assert min(abs(place - border) for border in borders) > 2 * REACH_FRAMES - 1


@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_within_0_and_1(counted: tuple[int, int]) -> None:
    count, total = counted
    low, high = wilson_interval(count, total)
    assert -1e-9 <= low <= count / total + 1e-9
    assert count / total - 1e-9 <= high <= 1 + 1e-9


def test_few_borders_give_a_wide_interval() -> None:
    ranks = np.array([0.5] * 7 + [0.99])
    assert share_text(ranks) == "0.875 of 8 (0.529 to 0.978)"
    assert share_text(np.zeros(0)) == "there are none"
