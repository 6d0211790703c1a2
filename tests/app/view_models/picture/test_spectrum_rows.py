"""Rows on screen, made of the bins of a spectrum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.picture.spectrum_rows import Rows
from core.frequency_scale import LinearFrequencies, LogFrequencies

NYQUIST_HZ, NUM_BINS = 24_000.0, 513
BIN_HZ = NYQUIST_HZ / (NUM_BINS - 1)
SCALES = [LinearFrequencies(NYQUIST_HZ), LogFrequencies(NYQUIST_HZ)]


@given(st.sampled_from(SCALES), st.integers(1, NUM_BINS - 1), st.integers(20, 900))
def test_a_line_is_seen_at_its_place_in_any_number_of_rows(scale, number, count):
    codes = np.ones((NUM_BINS, 2), np.uint8)
    codes[number] = 200
    rows = Rows(scale, 0.0, scale.height, count).of(codes, BIN_HZ)
    assert rows.shape == (count, 2)
    if number * BIN_HZ < 40:
        return  # lower than a logarithmic axis begins
    place = scale.place_of(number * BIN_HZ) / scale.height * count
    loudest = np.flatnonzero(rows[:, 0] == rows.max())
    assert np.abs(loudest + 0.5 - place).min() <= 1
    assert rows.max() > 150 or count < 3 * NUM_BINS  # between bins it is not quite as loud


def test_rows_between_two_bins_lie_between_their_levels():
    codes = np.linspace(1, 255, NUM_BINS).astype(np.uint8)[:, None]
    rows = Rows(SCALES[0], 100 * BIN_HZ, 110 * BIN_HZ, 100).of(codes, BIN_HZ)
    assert (np.diff(rows[:, 0].astype(int)) >= 0).all()
    assert rows[0, 0] == pytest.approx(codes[100, 0], abs=1)
    assert rows[-1, 0] == pytest.approx(codes[110, 0], abs=1)
