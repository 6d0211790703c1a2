"""The estimate of the time left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.takes.run_timing import RemainingTime
from core.api.events import Stage


def after_a_run_of(duration_s: float) -> RemainingTime:
    """An estimator that saw one run: 20 steps at 0.1 s, and 0.5 s of decoding a second."""
    remaining = RemainingTime()
    remaining.begin_run(duration_s, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    remaining.finish_stage(Stage.DENOISING, duration_s * 20 * 0.1)
    remaining.begin_stage(Stage.DECODING, 0.0)
    remaining.finish_stage(Stage.DECODING, duration_s * 0.5)
    return remaining


def test_nobody_knows_at_the_very_first_beginning():
    remaining = RemainingTime()
    remaining.begin_run(10.0, 20)
    assert remaining.estimate_s(0.0, 0.0) is None
    remaining.begin_stage(Stage.DENOISING, 0.0)
    assert remaining.estimate_s(0.01, 1.0) is None


@given(st.floats(0.1, 1.0), st.floats(1.0, 1000.0))
def test_a_stage_goes_on_at_its_own_pace(fraction, elapsed_s):
    remaining = RemainingTime()
    remaining.begin_run(10.0, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    estimate_s = remaining.estimate_s(fraction, elapsed_s)
    assert estimate_s + elapsed_s == pytest.approx(elapsed_s / fraction)


@given(st.floats(1.0, 100.0))
def test_a_longer_sound_is_expected_to_take_longer_in_proportion(duration_s):
    remaining = after_a_run_of(10.0)
    remaining.begin_run(duration_s, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    assert remaining.estimate_s(0.0, 0.0) == pytest.approx(duration_s * 2.5)


def test_stages_to_come_are_added_and_those_done_are_not():
    remaining = after_a_run_of(10.0)
    remaining.begin_run(10.0, 20)
    remaining.begin_stage(Stage.DENOISING, 0.0)
    assert remaining.estimate_s(0.5, 10.0) == pytest.approx(10.0 + 5.0)
    remaining.finish_stage(Stage.DENOISING, 20.0)
    remaining.begin_stage(Stage.DECODING, 20.0)
    assert remaining.estimate_s(0.5, 22.0) == pytest.approx(2.0)


def test_the_estimate_never_falls_below_nothing():
    remaining = after_a_run_of(1.0)
    remaining.begin_run(1.0, 20)
    remaining.begin_stage(Stage.DECODING, 0.0)
    assert remaining.estimate_s(0.0, 999.0) >= 0.0
