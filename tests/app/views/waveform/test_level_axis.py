"""Levels at the left of a waveform."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.views.waveform.level_axis import LevelAxis, place_of, sample_at


@given(st.integers(1, 2), st.integers(0, 1), st.floats(-1, 1))
def test_places_and_samples_are_inverse(num_lanes, lane, sample):
    lane = min(lane, num_lanes - 1)
    place = place_of(sample, lane, num_lanes)
    assert 0 <= place <= 1
    assert sample_at(place, num_lanes) == pytest.approx(sample, abs=1e-9)


@pytest.mark.parametrize(
    ("height_px", "labels"),
    [
        (400, 2 * ["0", "−6", "−∞", "−6", "0"]),
        (50, ["0", "−∞", "0", "−∞", "0"]),  # no room between the lanes for two
        (20, 2 * ["−∞"]),
    ],
)
def test_as_many_levels_are_labelled_as_there_is_room_for(qapp, height_px, labels):
    axis = LevelAxis()
    axis.set_num_lanes(2)
    [(_, places)] = axis.tickValues(0.0, 1.0, 2 * height_px)
    assert axis.tickStrings(places, 1.0, 1.0) == labels


@pytest.mark.parametrize("height_px", [120, 240, 480, 960])
def test_labels_of_two_lanes_do_not_touch(qapp, height_px):
    axis = LevelAxis()
    axis.set_num_lanes(2)
    ((_, places),) = axis.tickValues(0.0, 1.0, height_px)
    gaps_px = -np.diff(sorted(places, reverse=True)) * height_px
    assert min(gaps_px) >= 13
