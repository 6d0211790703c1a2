"""What is in sight of the time axis: never before its start, and never lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.arrangement.time_window import TimeWindow

STEPS = st.one_of(
    st.tuples(st.just("zoom"), st.floats(0.1, 10), st.floats(0, 200)),
    st.tuples(st.just("pan"), st.floats(-2, 2)),
    st.tuples(st.just("scroll_to"), st.floats(-10, 500)),
    st.tuples(st.just("reach"), st.floats(0, 100)),
    st.tuples(st.just("set_duration"), st.floats(0, 100)),
    st.tuples(st.just("fit")),
)


@given(st.lists(STEPS, max_size=20))
def test_something_of_the_axis_is_always_in_sight(steps):
    window = TimeWindow()
    for name, *values in steps:
        getattr(window, name)(*values)
        assert window.start_s >= 0
        assert window.length_s >= 0.05
        assert window.stop_s <= window.room_s


def test_zooming_keeps_the_moment_under_the_pointer():
    window = TimeWindow()
    window.set_duration(100.0)
    window.fit()
    place = (30.0 - window.start_s) / window.length_s
    window.zoom(4.0, 30.0)
    assert (30.0 - window.start_s) / window.length_s == pytest.approx(place)


def test_all_of_an_arrangement_stays_in_sight_until_a_person_zooms():
    window = TimeWindow()
    window.set_duration(40.0)
    assert window.stop_s > 40.0
    window.zoom(2.0, 10.0)
    window.set_duration(80.0)
    assert window.stop_s < 40.0
    window.fit()
    assert window.stop_s > 80.0


def test_an_empty_arrangement_has_room():
    window = TimeWindow()
    assert (window.start_s, window.stop_s) == (0.0, 10.0)
