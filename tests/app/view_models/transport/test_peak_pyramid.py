"""Extremes of a clip: the same however its samples came, and none is lost."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.view_models.transport.peak_pyramid import BIN_SAMPLES, PeakPyramid
from core.api.region import Span


def noise(count: int) -> np.ndarray:
    return np.random.default_rng(count).uniform(-1, 1, count).astype(np.float32)


@given(st.integers(1, 5000), st.lists(st.integers(0, 5000), max_size=5), st.integers(1, 40))
def test_it_does_not_matter_in_which_pieces_samples_come(length, cuts, columns):
    samples = noise(length)
    whole, pieces = PeakPyramid(length), PeakPyramid(length)
    whole.write(0, samples)
    edges = sorted({0, length, *(cut for cut in cuts if cut < length)})
    for start, stop in reversed(list(pairwise(edges))):
        pieces.write(start, samples[start:stop])
    for a, b in zip(
        (whole.columns(columns).low, whole.columns(columns).high),
        (pieces.columns(columns).low, pieces.columns(columns).high),
        strict=True,
    ):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("columns", [1, 7, 300, 1200])
def test_the_loudest_sample_of_a_long_clip_shows_at_any_width(columns):
    pyramid = PeakPyramid(3_000_000)
    samples = np.zeros(3_000_000, np.float32)
    samples[1_234_567] = 0.9
    samples[2_000_000] = -0.8
    pyramid.write(0, samples)
    peaks = pyramid.columns(columns)
    assert len(peaks.low) == columns
    assert peaks.high.max() == np.float32(0.9)
    assert peaks.low.min() == np.float32(-0.8)


def test_missing_samples_differ_from_silence():
    pyramid = PeakPyramid(4 * BIN_SAMPLES)
    pyramid.write(0, np.zeros(2 * BIN_SAMPLES, np.float32))
    peaks = pyramid.columns(4)
    np.testing.assert_array_equal(peaks.low <= peaks.high, [True, True, False, False])


def test_samples_written_again_replace_the_old_ones():
    pyramid = PeakPyramid(4 * BIN_SAMPLES)
    pyramid.write(0, np.ones(4 * BIN_SAMPLES, np.float32))
    version = pyramid.version
    pyramid.write(BIN_SAMPLES, np.zeros(BIN_SAMPLES, np.float32))
    assert pyramid.columns(4).high.tolist() == [1, 0, 1, 1]
    assert pyramid.version > version


def test_samples_beyond_the_end_are_dropped():
    pyramid = PeakPyramid(100)
    pyramid.write(50, np.ones(500, np.float32))
    pyramid.write(200, np.ones(5, np.float32))
    assert pyramid.columns(1).high.tolist() == [1]


def test_an_empty_clip_has_columns_of_nothing():
    peaks = PeakPyramid(0).columns(10)
    assert len(peaks.low) == 10
    assert (peaks.low > peaks.high).all()


@given(st.integers(1, 5000), st.integers(0, 300_000))
def test_a_longer_one_shows_the_same_where_there_was_something(num_samples, more):
    samples = np.random.default_rng(num_samples).uniform(-1, 1, num_samples).astype(np.float32)
    pyramid = PeakPyramid(num_samples)
    pyramid.write(0, samples)
    longer = pyramid.longer(num_samples + more)
    assert longer.num_samples == num_samples + more
    assert longer.columns(1).high[0] == samples.max()
    assert longer.columns(1).low[0] == samples.min()
    assert longer.version > pyramid.version


def test_the_peak_of_a_span_is_that_of_its_bins():
    pyramid = PeakPyramid(10 * BIN_SAMPLES)
    samples = np.zeros(4 * BIN_SAMPLES, np.float32)
    samples[2 * BIN_SAMPLES] = -3.0
    pyramid.write(0, samples)
    assert pyramid.peak(Span(0, 2 * BIN_SAMPLES)) == 0
    assert pyramid.peak(Span(0, 2 * BIN_SAMPLES + 1)) == 3
    assert pyramid.peak(Span(5 * BIN_SAMPLES, 99 * BIN_SAMPLES)) == 0


@given(st.integers(1, 40_000), st.lists(st.floats(0, 40_000), min_size=2, max_size=20))
def test_columns_between_places_miss_no_sample(length, places):
    samples = noise(length)
    pyramid = PeakPyramid(length)
    pyramid.write(0, samples)
    edges = np.sort(np.minimum(np.array(places), length))
    peaks = pyramid.between(edges[:-1], edges[1:])
    for low, high, (start, stop) in zip(peaks.low, peaks.high, pairwise(edges), strict=True):
        inside = samples[int(start) : int(np.ceil(stop))]
        assert low <= inside.min(initial=1.0)
        assert high >= inside.max(initial=-1.0)
