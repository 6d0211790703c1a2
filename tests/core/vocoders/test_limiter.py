"""The limiter: at most full scale, wherever the sound is split."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vocoders.limiter import HOLD_FRAMES, LEVELLED_PEAK, Limiter, limited

FRAME = 160
levels = st.lists(st.floats(0, 3), min_size=1, max_size=40)


def noise(levels: list[float], rest: int = 0) -> np.ndarray:
    """Noise with a level for each frame, and some samples more."""
    rng = np.random.default_rng(len(levels))
    frames = rng.uniform(-1, 1, (len(levels), FRAME)) * np.array(levels)[:, None]
    return np.append(frames.ravel(), rng.uniform(-2, 2, rest)).astype(np.float32)


@given(levels, st.integers(0, FRAME - 1))
def test_no_sample_exceeds_full_scale(levels: list[float], rest: int) -> None:
    samples = noise(levels, rest)
    found = limited(samples, FRAME)
    assert found.shape == samples.shape
    assert np.abs(found).max(initial=0) <= 1
    assert (np.abs(found) <= np.abs(samples)).all()


@given(levels, st.lists(st.integers(0, 700), max_size=8), st.integers(0, FRAME - 1))
def test_the_split_does_not_matter(levels: list[float], cuts: list[int], rest: int) -> None:
    samples, limiter = noise(levels, rest), Limiter(FRAME)
    pieces = np.split(samples, sorted(min(cut, len(samples)) for cut in cuts))
    found = [*map(limiter.push, pieces), limiter.finish()]
    assert np.array_equal(np.concatenate(found), limited(samples, FRAME))


@given(levels, st.lists(st.integers(0, 700), max_size=8))
def test_all_channels_get_the_gain_of_the_loudest(levels: list[float], cuts: list[int]) -> None:
    loud, limiter = noise(levels), Limiter(FRAME)
    samples = np.stack([loud * np.float32(0.25), loud], axis=1)
    pieces = np.split(samples, sorted(min(cut, len(samples)) for cut in cuts))
    found = np.concatenate([*map(limiter.push, pieces), limiter.finish()])
    assert np.array_equal(found[:, 1], limited(loud, FRAME))
    np.testing.assert_allclose(found[:, 0] * 4, found[:, 1], rtol=1e-6, atol=1e-30)


def test_what_is_not_too_loud_stays_to_the_bit() -> None:
    samples = noise([0.9] * 40)
    samples[20 * FRAME + 50] = 2.0
    found = limited(samples, FRAME)
    changed = np.flatnonzero(found != samples) // FRAME
    assert (changed.min(), changed.max()) == (19, 20 + HOLD_FRAMES)
    assert found[20 * FRAME + 50] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize("value", [np.inf, -np.inf, np.nan])
def test_what_is_not_finite_stays_so(value: float) -> None:
    samples = noise([0.5] * 20)
    samples[10 * FRAME + 50] = value
    assert np.array_equal(limited(samples, FRAME), samples, equal_nan=True)


def test_the_gain_has_no_steps() -> None:
    samples = np.ones(60 * FRAME, np.float32)
    samples[20 * FRAME : 40 * FRAME] = 2.0
    gain = limited(samples, FRAME) / samples
    assert np.abs(np.diff(gain)).max() < 1.01 * 0.5 / FRAME


def test_a_long_loud_passage_has_one_gain() -> None:
    samples = 2 * np.sin(np.arange(50 * FRAME) * 2 * np.pi * 40 / 16000).astype(np.float32)
    gain = limited(samples, FRAME)[5 * FRAME :] / samples[5 * FRAME :]
    assert np.ptp(gain[np.isfinite(gain)]) < 0.01


@given(levels, st.floats(0.01, 10).filter(lambda gain: gain != 1))
def test_samples_with_a_gain_stay_below_full_scale(levels: list[float], gain: float) -> None:
    samples = noise(levels)
    found = limited(samples, FRAME, gain)
    assert np.abs(found).max(initial=0) <= LEVELLED_PEAK
    if np.abs(gain * samples).max(initial=0) < 0.89:
        assert np.array_equal(found, np.float32(gain) * samples)
