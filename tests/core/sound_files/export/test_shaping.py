"""Laws of cutting, trimming, fading and dithering."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.region import Span
from core.sound_files.export import shaping
from core.sound_files.export.shaping import (
    SILENCE,
    dither_noise,
    fade_gains,
    time_range,
    trim_silence,
)

LENGTHS = st.integers(1, 300)


@given(st.integers(0, 50_000), st.floats(0, 5), st.none() | st.floats(0, 5))
def test_a_time_range_lies_within_the_clip(
    num_samples: int, start_s: float, stop_s: float | None
) -> None:
    span = time_range(num_samples, 16_000, start_s, stop_s)
    assert 0 <= span.start <= span.stop <= num_samples
    if stop_s is not None and start_s <= stop_s <= num_samples / 16_000:
        assert span == Span(round(start_s * 16_000), round(stop_s * 16_000))


@given(st.lists(st.sampled_from([0.0, SILENCE, -SILENCE, 0.5, -0.5]), min_size=1))
def test_trimming_cuts_only_silence_and_all_of_it_at_both_ends(values: list[float]) -> None:
    samples, whole = np.array(values, np.float64), Span(0, len(values))
    kept = trim_silence(lambda part: samples[part.slice], whole)
    loud = np.abs(samples) > SILENCE
    assert not loud[: kept.start].any()
    assert not loud[kept.stop :].any()
    assert kept.length == 0 or (loud[kept.start] and loud[kept.stop - 1])


def test_trimming_looks_beyond_its_first_block(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shaping, "_BLOCK", 16)
    samples = np.zeros(1000, np.float32)
    samples[[100, 900]] = 0.5
    assert trim_silence(lambda part: samples[part.slice], Span(50, 990)) == Span(100, 901)


@given(LENGTHS, st.integers(0, 400), st.integers(0, 400))
def test_fades_reach_zero_and_never_amplify(frames: int, fade_in: int, fade_out: int) -> None:
    gains = fade_gains(Span(0, frames), frames, fade_in, fade_out)
    assert len(gains) == frames
    assert gains.min() >= 0
    assert gains.max() <= 1
    if fade_in:
        assert gains[0] == 0
    if fade_out:
        assert gains[-1] == 0
    between = gains[fade_in : max(fade_in, frames - fade_out)]
    np.testing.assert_array_equal(between, 1)


@given(LENGTHS, st.integers(0, 300), st.integers(0, 200))
def test_a_fade_is_the_same_in_pieces(frames: int, cut: int, fade: int) -> None:
    cut = min(cut, frames)
    spans = (Span(0, cut), Span(cut, frames))
    pieces = [fade_gains(span, frames, fade, fade) for span in spans]
    whole = fade_gains(Span(0, frames), frames, fade, fade)
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


def test_a_fade_in_rises_and_is_the_mirror_of_a_fade_out() -> None:
    rising = fade_gains(Span(0, 100), 100, 50, 0)
    assert (np.diff(rising) >= 0).all()
    np.testing.assert_allclose(rising[::-1], fade_gains(Span(0, 100), 100, 0, 50))


def test_dither_makes_the_rounding_error_free_of_the_sound() -> None:
    """A tone below half a step vanishes when rounded, and survives on average with dither."""
    tone = 0.4 * np.sin(np.arange(200_000) * 0.01) / 2**15
    noise = dither_noise(np.random.default_rng(0), (200_000,), 16)
    assert not np.rint(tone * 2**15).any()
    kept = np.rint((tone + noise) * 2**15) / 2**15
    assert np.dot(kept, tone) / np.dot(tone, tone) == pytest.approx(1, abs=0.05)
    assert np.abs(noise * 2**15).max() <= 1
    assert np.var(noise * 2**15) == pytest.approx(1 / 6, rel=0.02)
