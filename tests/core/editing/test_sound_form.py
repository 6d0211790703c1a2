"""Mel frames lie in samples of any rate, and samples come back from the model's rate in place."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Span
from core.editing.sound_form import SoundForm

RATES = [8000, 11025, 16000, 22050, 44100, 48000, 96000]
rates = st.sampled_from(RATES)


@given(rates, st.integers(0, 100_000), st.integers(0, 1000))
def test_spans_of_frames_follow_each_other(rate: int, start: int, length: int) -> None:
    form = SoundForm(rate, 16000, 160)
    span = form.span_of(Span(start, start + length))
    assert span.stop == form.span_of(Span(start + length, start + length)).start
    assert abs(span.start - start * rate / 100) <= 0.5


@given(rates, st.integers(0, 10_000_000))
def test_frames_cover_their_samples(rate: int, samples: int) -> None:
    form = SoundForm(rate, 16000, 160)
    assert form.num_whole_frames(samples) * rate / 100 <= samples
    assert form.num_frames(samples) * rate / 100 >= samples
    assert form.num_frames(samples) - form.num_whole_frames(samples) <= 1


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_tone_comes_back_in_its_place(rate: int, channels: int) -> None:
    form = SoundForm(rate, 16000, 160)
    tone = np.sin(2 * np.pi * 1000 * np.arange(rate) / rate).astype(np.float32)
    samples = tone if channels == 1 else np.stack([tone + 0.1, tone - 0.1], axis=1)
    made = form.to_model(samples)
    span, own = form.from_model(Span(6400, 12800), made[6400:12800])
    inner = slice(rate // 50, len(own) - rate // 50)
    assert len(own) == span.length
    assert np.abs(own[inner] - tone[span.slice][inner]).max() < 0.02


def test_the_models_own_form_changes_no_bit() -> None:
    form, samples = SoundForm(16000, 16000, 160), np.ones(100, np.float32)
    assert form.to_model(samples) is samples
    assert form.from_model(Span(3, 103), samples) == (Span(3, 103), pytest.approx(samples, abs=0))
