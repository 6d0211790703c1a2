"""Times and frequencies as a person reads them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock_time import clock_text
from app.views.spectrogram.axes import FrequencyAxis, TimeAxis
from app.views.texts.units import frequency_text
from core.mel_scale import MelParams, bin_to_hz, edge_to_hz


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


@pytest.mark.parametrize(("hz", "text"), [(125, "125"), (1000, "1k"), (2500, "2.5k")])
def test_a_frequency_is_written_short(hz, text):
    assert frequency_text(hz) == text


@pytest.mark.parametrize(("low", "high"), [(0.0, 8.0), (20.0, 24.0), (30.0, 40.0), (58.0, 64.0)])
def test_a_few_bins_are_labelled_by_round_frequencies(qapp, low, high):
    params = MelParams()
    axis = FrequencyAxis(params)
    [(_, places)] = axis.tickValues(low, high, 400)
    assert 2 <= len(places) <= 400 // 15
    labels = axis.tickStrings(places, 1.0, 1.0)
    assert len(set(labels)) == len(labels)
    for place, label in zip(places, labels, strict=True):
        hz = float(label.replace("k", "")) * (1000 if "k" in label else 1)
        assert edge_to_hz(place, params) == pytest.approx(hz, rel=1e-6)


@pytest.mark.parametrize("height_px", [60, 155, 300, 900])
def test_labels_of_frequencies_never_overlap(qapp, height_px):
    axis = FrequencyAxis(MelParams())
    [(_, places)] = axis.tickValues(0.0, 64.0, height_px)
    gaps = [(upper - lower) * height_px / 64 for lower, upper in pairwise(places)]
    assert min(gaps) >= 15
    assert axis.tickStrings(places[-1:], 1.0, 1.0) == ["8k"]
    assert (len(places) == 7) is (height_px == 900)


@given(st.floats(0.0, 3600.0), st.floats(0.05, 3600.0), st.floats(200.0, 2500.0))
def test_time_ticks_are_labelled_apart_and_not_crowded(qapp, start_s, length_s, width_px):
    axis = TimeAxis()
    [(step_s, times)] = axis.tickValues(start_s, start_s + length_s, width_px)
    labels = axis.tickStrings(times, 1.0, step_s)
    assert len(set(labels)) == len(labels)
    assert len(labels) <= width_px / 60 + 2


def test_every_octave_is_labelled_at_its_own_frequency(qapp):
    params = MelParams()
    axis = FrequencyAxis(params)
    [(_, places)] = axis.tickValues(0.0, 64.0, 400.0)
    labels = axis.tickStrings(places, 1.0, 1.0)
    assert labels == ["125", "250", "500", "1k", "2k", "4k", "8k"]
    assert bin_to_hz(places[3] - 0.5, params) == pytest.approx(1000.0)
