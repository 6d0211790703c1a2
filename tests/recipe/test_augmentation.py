"""Variants are what their names say, at edges too."""

import numpy as np
import pytest
from bundled_model.data.augmentation import (
    Variation,
    Waveform,
    at_distance,
    at_level,
    changed_pitch,
    changed_speed,
    changed_tempo,
    faded,
    in_room,
    with_noise,
)


def tone(hz: float, seconds: float = 1.0) -> Waveform:
    """A steady tone."""
    t = np.arange(int(seconds * 16000)) / 16000
    return (0.3 * np.sin(2 * np.pi * hz * t)).astype(np.float32)


def pitch_hz(waveform: Waveform) -> float:
    """The strongest frequency."""
    spectrum = np.abs(np.fft.rfft(waveform * np.hanning(len(waveform))))
    return float(np.argmax(spectrum) * 16000 / len(waveform))


def level_db(waveform: Waveform) -> float:
    """Root mean square against full scale."""
    return float(20 * np.log10(np.sqrt(np.mean(waveform**2))))


@pytest.fixture
def rng() -> np.random.Generator:
    """A source of chance."""
    return np.random.default_rng(5)


@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.25])
def test_speed_changes_length_and_pitch(ratio: float) -> None:
    faster = changed_speed(tone(400), ratio)
    assert len(faster) == pytest.approx(16000 / ratio, abs=2)
    assert pitch_hz(faster) == pytest.approx(400 * ratio, rel=0.01)


@pytest.mark.parametrize("ratio", [0.75, 1.3])
def test_tempo_changes_length_and_keeps_pitch(ratio: float) -> None:
    slower = changed_tempo(tone(400), ratio)
    assert len(slower) == pytest.approx(16000 / ratio, rel=0.05)
    assert pitch_hz(slower) == pytest.approx(400, rel=0.02)


@pytest.mark.parametrize("semitones", [-3, 3])
def test_pitch_changes_and_length_stays(semitones: float) -> None:
    higher = changed_pitch(tone(400), semitones)
    assert len(higher) == pytest.approx(16000, rel=0.05)
    assert pitch_hz(higher) == pytest.approx(400 * 2 ** (semitones / 12), rel=0.02)


def test_a_room_adds_a_tail(rng: np.random.Generator) -> None:
    wet = in_room(tone(400, 0.2), rng, 0.5)
    assert len(wet) == pytest.approx(3200 + 8000, abs=2)
    early, late = wet[3300:5000], wet[-1000:]
    assert level_db(early) > level_db(late) + 15


def test_distance_makes_softer_and_duller(rng: np.random.Generator) -> None:
    noise = rng.normal(size=16000).astype(np.float32) * 0.1
    far = at_distance(noise, rng, 25)
    assert level_db(far) < level_db(noise) - 15
    high = np.fft.rfftfreq(16000, 1 / 16000) > 5000
    near_share, far_share = (
        np.abs(np.fft.rfft(sound))[high].sum() / np.abs(np.fft.rfft(sound)).sum()
        for sound in (noise, far)
    )
    assert far_share < 0.5 * near_share


def test_noise_has_its_level(rng: np.random.Generator) -> None:
    clean = tone(400)
    added = with_noise(clean, rng, -20) - clean
    assert level_db(added) == pytest.approx(level_db(clean) - 20, abs=0.1)


def test_a_level_is_reached_unless_the_peak_would_pass_full_scale() -> None:
    assert level_db(at_level(tone(400), -30)) == pytest.approx(-30, abs=0.01)
    assert np.abs(at_level(tone(400), 0)).max() <= 0.99 + 1e-6


def test_a_faded_sound_begins_and_ends_at_zero() -> None:
    sound = faded(np.ones(1000, np.float32))
    assert sound[0] == sound[-1] == 0
    assert sound[500] == 1
    assert len(faded(np.ones(1, np.float32))) == 1


def test_drawn_variations_differ_and_stay_finite() -> None:
    variations = [Variation.drawn(np.random.default_rng(seed)) for seed in range(40)]
    assert len(set(variations)) > 30
    for seed, variation in enumerate(variations):
        for seconds in (0.01, 0.4):
            sound = variation.applied(tone(300, seconds), np.random.default_rng(seed))
            assert np.isfinite(sound).all()
            assert sound.dtype == np.float32
            assert abs(sound[0]) < 1e-6
            assert abs(sound[-1]) < 1e-6


def test_the_same_seed_gives_the_same_variant() -> None:
    def variant() -> Waveform:
        rng = np.random.default_rng(3)
        return Variation.drawn(rng).applied(tone(300), rng)

    np.testing.assert_array_equal(variant(), variant())
