"""The levels of what was heard are those of the samples that the play head has passed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.playback.heard_levels import HeardLevels
from app.playback.sample_buffer import SampleBuffer

RATE = 16_000
CLIP = (0.1 * np.random.default_rng(0).standard_normal(RATE)).astype(np.float32)


def buffer() -> SampleBuffer:
    buffer = SampleBuffer(RATE, len(CLIP))
    buffer.append(0, CLIP)
    return buffer


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=8))
def test_all_that_was_heard_is_measured_once(steps: list[int]) -> None:
    levels, clip, sample = HeardLevels(), buffer(), 0
    levels.follow(clip, 0, 1.0)
    for step in steps:
        sample += step
        levels.follow(clip, sample, 1.0)

    heard, samples = levels.take(), CLIP[:sample]
    assert sum(level.duration_s for level in heard) == pytest.approx(len(samples) / RATE)
    assert max(level.peak for level in heard) == pytest.approx(np.abs(samples).max())
    energy = sum(level.duration_s * level.mean_square for level in heard) * RATE
    assert energy == pytest.approx(np.square(samples, dtype=np.float64).sum(), rel=1e-5)
    assert levels.take() == []


def test_channels_are_measured_by_themselves() -> None:
    levels, clip = HeardLevels(), SampleBuffer(RATE, 1000, channels=2)
    clip.append(0, np.stack([CLIP[:1000], 0.5 * CLIP[:1000]], axis=1))
    levels.follow(clip, 0, 1.0)
    levels.follow(clip, 1000, 1.0)
    (level,) = levels.take()
    assert level.channel_peaks == pytest.approx((level.peak, level.peak / 2))


def test_the_volume_counts() -> None:
    levels, clip = HeardLevels(), buffer()
    levels.follow(clip, 0, 0.5)
    levels.follow(clip, 1000, 0.5)
    assert levels.take()[0].peak == pytest.approx(0.5 * np.abs(CLIP[:1000]).max())


@pytest.mark.parametrize("sample", [0, 10, 9000])
def test_what_is_jumped_over_is_not_heard(sample: int) -> None:
    levels, clip = HeardLevels(), buffer()
    levels.follow(clip, 50, 1.0)
    levels.follow(clip, sample, 1.0)
    assert levels.take() == []


def test_a_window_that_never_looks_costs_no_memory() -> None:
    levels, clip = HeardLevels(), buffer()
    for sample in range(0, 10_000, 10):
        levels.follow(clip, sample, 1.0)
    assert len(levels.take()) == 100
