"""Places on the axes of pictures and frequencies in Hz."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.frequency_scale import (
    LinearFrequencies,
    LogFrequencies,
    MelFrequencies,
    moved_edge,
)
from core.mel_scale import MelParams, edge_to_hz

SCALES = [MelFrequencies(MelParams()), LinearFrequencies(24_000.0), LogFrequencies(24_000.0)]
scales = st.sampled_from(SCALES)
shares = st.floats(0, 1)


@given(scales, st.floats(1e-3, 1 - 1e-3) | st.sampled_from([0.0, 1.0]))
def test_places_and_frequencies_are_inverse(scale, share):
    place = share * scale.height
    hz = scale.hz_at(place)
    assert 0 <= hz <= scale.highest_hz
    assert scale.hz_at(scale.place_of(hz)) == pytest.approx(hz, rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("scale", SCALES)
def test_an_axis_rises_from_0_to_its_highest_frequency(scale):
    places = [scale.height * part / 200 for part in range(201)]
    hz = [scale.hz_at(place) for place in places]
    assert (hz[0], hz[-1]) == (0.0, scale.highest_hz)
    assert all(low < high for low, high in pairwise(hz))
    assert (scale.place_of(-5.0), scale.place_of(1e6)) == (0.0, pytest.approx(scale.height))


@given(scales, shares, shares)
def test_a_band_holds_what_is_between_two_places(scale, one, other):
    low, high = scale.band_between(one * scale.height, other * scale.height)
    assert (low, high) == scale.band_between(other * scale.height, one * scale.height)
    assert 0 <= low < high <= scale.highest_hz
    least_hz = scale.hz_at(min(one, other) * scale.height * 0.999)
    assert low <= max(least_hz, scale.hz_at(scale.height - scale.least_places)) + 1e-6


def test_bands_of_mel_bins_end_where_bins_do():
    low, high = SCALES[0].band_between(10.2, 19.9)
    params = MelParams()
    assert (low, high) == (edge_to_hz(10, params), edge_to_hz(20, params))


@given(scales, shares, shares, st.floats(-2, 2), st.booleans())
def test_an_edge_stops_at_the_opposite_one(scale, one, other, by, is_upper):
    band = scale.band_between(one * scale.height, other * scale.height)
    moved = moved_edge(band, scale, is_upper=is_upper, by=by * scale.height)
    assert 0 <= moved[0] < moved[1] <= scale.highest_hz
    assert moved[0 if is_upper else 1] == band[0 if is_upper else 1]
    width = scale.place_of(moved[1]) - scale.place_of(moved[0])
    assert width >= scale.least_places * 0.99


def test_a_band_above_an_axis_is_at_its_top():
    mel = SCALES[0]
    assert [mel.place_of(hz) for hz in (9000.0, 12_000.0)] == [64, 64]
