"""Mixtures keep the levels that were asked for."""

import numpy as np
import pytest
from bundled_model.data.clip import CLIP_SAMPLES
from bundled_model.data.waveform_mixing import (
    drawn_levels,
    filled,
    mixed_by_level,
    sounding_level_db,
)


def noise(seconds: float, gain: float, seed: int = 0) -> np.ndarray:
    """White noise at a level."""
    rng = np.random.default_rng(seed)
    return (gain * rng.normal(size=int(seconds * 16000))).astype(np.float32)


def test_silence_does_not_lower_the_sounding_level() -> None:
    sound = noise(1, 0.1)
    padded = np.pad(sound, 40000)
    assert sounding_level_db(padded) == pytest.approx(sounding_level_db(sound), abs=0.5)


@pytest.mark.parametrize("gain", [0.001, 0.05])
def test_parts_have_their_levels_whatever_they_had(gain: float) -> None:
    first, second = noise(1, 0.02), noise(1, gain, 1)
    mixture = mixed_by_level([first, second], [0, -10])
    added = mixture - first
    assert sounding_level_db(added) == pytest.approx(sounding_level_db(first) - 10, abs=0.1)


def test_three_parts_of_any_length_stay_below_full_scale() -> None:
    parts = [noise(1, 0.3), noise(0.1, 0.3, 1), noise(2, 0.3, 2)]
    mixture = mixed_by_level(parts, [0, 3, 3])
    assert mixture.shape == (32000,)
    assert np.abs(mixture).max() <= 0.991


def test_silence_can_be_mixed() -> None:
    silence = np.zeros(1000, np.float32)
    assert np.isfinite(mixed_by_level([noise(0.1, 0.1), silence], [0, 0])).all()


@pytest.mark.parametrize(("is_background", "low", "high"), [(True, -14, -8), (False, -4, 4)])
def test_drawn_levels_keep_their_bounds(is_background: bool, low: float, high: float) -> None:
    for seed in range(20):
        first, *others = drawn_levels(np.random.default_rng(seed), 3, is_background)
        assert first == 0
        assert len(others) == 2
        assert all(low <= level <= high for level in others)


@pytest.mark.parametrize("seconds", [0.001, 0.2, 2, 5.12, 9])
def test_a_filled_clip_has_its_length_and_the_sound_in_it(seconds: float) -> None:
    for seed in range(12):
        clip = filled(noise(seconds, 0.1), np.random.default_rng(seed))
        assert clip.shape == (CLIP_SAMPLES,)
        assert np.abs(clip).max() > 0.01


def test_a_short_sound_is_heard_once_or_again() -> None:
    sound = noise(0.2, 0.1)

    def energies(is_repeated: bool) -> list[float]:
        rngs = map(np.random.default_rng, range(20))
        made = [filled(sound, rng, is_repeated=is_repeated) for rng in rngs]
        return [float((clip**2).sum() / (sound**2).sum()) for clip in made]

    assert energies(is_repeated=False) == pytest.approx([1.0] * 20, abs=0.01)
    assert min(energies(is_repeated=True)) > 1.5
