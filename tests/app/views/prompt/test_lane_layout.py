"""Seconds to pixels, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.prompt.lane_layout import TimeScale


@given(st.floats(0, 100), st.floats(0.1, 3600), st.floats(1, 4000), st.floats(-10, 4000))
def test_a_pixel_is_found_again_by_its_moment(start_s, length_s, width_px, time_s):
    scale = TimeScale(start_s, start_s + length_s, width_px)
    assert scale.time_at(scale.x_of(time_s)) == pytest.approx(time_s, abs=1e-6)
    assert scale.x_of(scale.start_s) == 0.0
    assert scale.x_of(scale.stop_s) == pytest.approx(width_px)


def test_an_empty_stretch_and_no_width_are_no_trouble():
    assert TimeScale(0.0, 0.0, 800).x_of(0.5) == 400
    assert TimeScale(2.0, 3.0, 0).time_at(5) == 7.0
