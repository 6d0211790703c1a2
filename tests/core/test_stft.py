"""The measured spectrum: a sine is where and as loud as it is, however the picture is cut."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.region import Span
from core.stft import FFT_SIZES, SpectrumColumns

RATE = 48_000


def reader(samples):
    """Reads spans of a sound with silence around it."""

    def read(span):
        inside = span.intersect(Span(0, len(samples)))
        before = inside.start - span.start
        return np.pad(samples[inside.slice], (before, span.length - inside.length - before))

    return read


def sine(hz, seconds=2.0, amplitude=0.5):
    times = np.arange(round(seconds * RATE)) / RATE
    return (amplitude * np.sin(2 * np.pi * hz * times)).astype(np.float32)


@pytest.mark.parametrize("n_fft", FFT_SIZES)
@pytest.mark.parametrize("share", [0.01, 0.1, 0.4, 0.9])
def test_a_sine_is_at_its_frequency_and_level(n_fft, share):
    number = max(4, round(share * n_fft / 2))
    columns = SpectrumColumns(n_fft, n_fft // 4)
    levels = columns.levels_db(reader(sine(number * RATE / n_fft)), Span(16, 24))
    assert (levels.argmax(axis=1) == number).all()
    assert levels.max(axis=1) == pytest.approx(20 * np.log10(0.5), abs=0.1)
    assert levels[:, abs(np.arange(columns.num_bins) - number) > 4].max() < -90


def test_a_sine_between_two_bins_is_at_most_as_much_softer_as_said():
    levels = SpectrumColumns(2048, 512).levels_db(reader(sine(100.5 * RATE / 2048)), Span(10, 12))
    assert levels.max(axis=1) == pytest.approx(20 * np.log10(0.5) - 1.42, abs=0.02)


def test_noise_is_as_loud_in_wide_columns_as_its_loudest_frame():
    samples = np.random.default_rng(0).normal(0, 0.1, 1 << 16).astype(np.float32)
    narrow = SpectrumColumns(1024, 256).levels_db(reader(samples), Span(0, 256))
    wide = SpectrumColumns(1024, 4096).levels_db(reader(samples), Span(0, 16))
    assert wide == pytest.approx(narrow.reshape(16, 16, -1).max(axis=1), abs=1e-3)


@settings(deadline=None, max_examples=25)
@given(
    st.sampled_from([512, 2048, 8192]),
    st.integers(5, 16),
    st.lists(st.integers(0, 12), max_size=3),
)
def test_the_picture_is_the_same_however_it_is_cut(n_fft, exponent, cuts):
    samples = np.random.default_rng(1).normal(0, 0.1, 60_000).astype(np.float32)
    columns, read = SpectrumColumns(n_fft, 1 << exponent), reader(samples)
    edges = sorted({0, 12, *cuts})
    whole = columns.levels_db(read, Span(0, 12))
    pieces = [columns.levels_db(read, Span(*ends)) for ends in pairwise(edges)]
    assert np.concatenate(pieces) == pytest.approx(whole, abs=1e-2)


def test_a_click_is_seen_in_a_column_of_seconds():
    samples = np.zeros(RATE * 4, np.float32)
    samples[100_001] = 1.0
    levels = SpectrumColumns(2048, 1 << 16).levels_db(reader(samples), Span(0, 3))
    assert levels[1].min() > -65 > levels[0].max()


def test_silence_and_what_lies_beyond_the_sound_are_silent():
    levels = SpectrumColumns(512, 128).levels_db(reader(np.zeros(10, np.float32)), Span(5, 9))
    assert levels == pytest.approx(-200)
