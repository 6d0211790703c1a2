"""Frequencies as a person reads them."""

from itertools import pairwise

import pytest

from app.views.spectrogram.frequency_axis import FrequencyAxis
from app.views.texts.units import frequency_text
from core.frequency_scale import LinearFrequencies, LogFrequencies, MelFrequencies
from core.mel_scale import MelParams, bin_to_hz, edge_to_hz


@pytest.mark.parametrize(("hz", "text"), [(125, "125"), (1000, "1k"), (2500, "2.5k")])
def test_a_frequency_is_written_short(hz, text):
    assert frequency_text(hz) == text


@pytest.mark.parametrize(("low", "high"), [(0.0, 8.0), (20.0, 24.0), (30.0, 40.0), (58.0, 64.0)])
def test_a_few_bins_are_labelled_by_round_frequencies(qapp, low, high):
    params = MelParams()
    axis = FrequencyAxis(MelFrequencies(params))
    [(_, places)] = axis.tickValues(low, high, 400)
    assert 2 <= len(places) <= 400 // 15
    labels = axis.tickStrings(places, 1.0, 1.0)
    assert len(set(labels)) == len(labels)
    for place, label in zip(places, labels, strict=True):
        hz = float(label.replace("k", "")) * (1000 if "k" in label else 1)
        assert edge_to_hz(place, params) == pytest.approx(hz, rel=1e-6)


@pytest.mark.parametrize("height_px", [60, 155, 300, 900])
def test_labels_of_frequencies_never_overlap(qapp, height_px):
    axis = FrequencyAxis(MelFrequencies(MelParams()))
    [(_, places)] = axis.tickValues(0.0, 64.0, height_px)
    gaps = [(upper - lower) * height_px / 64 for lower, upper in pairwise(places)]
    assert min(gaps) >= 15
    assert axis.tickStrings(places[-1:], 1.0, 1.0) == ["8k"]
    assert (len(places) == 7) is (height_px == 900)


def test_every_octave_is_labelled_at_its_own_frequency(qapp):
    params = MelParams()
    axis = FrequencyAxis(MelFrequencies(params))
    [(_, places)] = axis.tickValues(0.0, 64.0, 400.0)
    labels = axis.tickStrings(places, 1.0, 1.0)
    assert labels == ["125", "250", "500", "1k", "2k", "4k", "8k"]
    assert bin_to_hz(places[3] - 0.5, params) == pytest.approx(1000.0)


def test_a_linear_axis_has_round_frequencies_up_to_the_highest(qapp):
    axis = FrequencyAxis(LinearFrequencies(24_000.0))
    [(_, places)] = axis.tickValues(0.0, 24_000.0, 400.0)
    labels = axis.tickStrings(places, 1.0, 1.0)
    assert labels == [f"{khz}k" if khz else "0" for khz in range(0, 25, 5)]


def test_a_logarithmic_axis_has_its_decades(qapp):
    scale = LogFrequencies(24_000.0)
    axis = FrequencyAxis(scale)
    [(_, places)] = axis.tickValues(0.0, scale.height, 500.0)
    labels = axis.tickStrings(places, 1.0, 1.0)
    assert labels == ["50", "100", "200", "500", "1k", "2k", "5k", "10k", "20k"]
