"""Dragging the visible range."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.viewer.drags import Grip, RangeDrag, centred, grip_at

times = st.floats(-100, 100)


@given(st.floats(0, 6), st.floats(0.1, 4), times, times, st.sampled_from(list(Grip)))
def test_the_range_never_leaves_the_clip_nor_shrinks_to_nothing(start, length, a, b, grip):
    drag = RangeDrag((start, start + length), a, grip, 10.0, 0.05)
    new_start, new_stop = drag.to(b)
    assert 0 <= new_start < new_stop <= 10.0 + 1e-9
    assert new_stop - new_start >= 0.05 - 1e-9
    if grip is Grip.WHOLE:
        assert new_stop - new_start == pytest.approx(length)


@given(times, st.floats(0, 6), st.floats(0.1, 20))
def test_a_range_about_a_moment_keeps_its_length_in_the_clip(time_s, start_s, length_s):
    new_start, new_stop = centred(time_s, (start_s, start_s + length_s), 10.0)
    assert new_stop - new_start == pytest.approx(min(length_s, 10.0))
    assert 0 <= new_start <= new_stop <= 10.0 + 1e-9


@pytest.mark.parametrize(
    ("time_s", "grip"),
    [(1.9, Grip.START), (2.1, Grip.START), (3, Grip.WHOLE), (4.1, Grip.STOP), (5, None), (1, None)],
)
def test_ends_are_gripped_before_the_middle(time_s, grip):
    assert grip_at(time_s, (2.0, 4.0), 0.2) is grip
