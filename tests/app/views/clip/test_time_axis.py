"""Times as a person reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock_time import clock_text
from app.views.clip.time_axis import TimeAxis


@pytest.mark.parametrize(
    ("seconds", "decimals", "text"),
    [
        (0.0, 0, "0:00"),
        (65.0, 0, "1:05"),
        (59.96, 1, "1:00.0"),
        (3723.25, 2, "1:02:03.25"),
        (-1.0, 0, "0:00"),
    ],
)
def test_a_time_is_written_as_on_a_clock(seconds, decimals, text):
    assert clock_text(seconds, decimals) == text


@given(st.floats(0.0, 3600.0), st.floats(0.002, 3600.0), st.floats(200.0, 2500.0))
def test_time_ticks_are_labelled_apart_and_not_crowded(qapp, start_s, length_s, width_px):
    axis = TimeAxis()
    [(step_s, times)] = axis.tickValues(start_s, start_s + length_s, width_px)
    labels = axis.tickStrings(times, 1.0, step_s)
    assert len(set(labels)) == len(labels)
    assert len(labels) <= width_px / 60 + 2
