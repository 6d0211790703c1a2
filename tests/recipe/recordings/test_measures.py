"""The measures hear what an ear hears."""

import numpy as np
import pytest
from bundled_model.data.recordings.measures import measured

from .conftest import noise, tone


def test_a_tone_is_tonal_and_noise_is_not() -> None:
    assert measured(tone(1)).tonality > 0.99
    assert measured(tone(1, 3000)).tonality > 0.95
    assert measured(noise(1)).tonality < 0.3
    assert measured(tone(1)).flatness < 0.001
    assert measured(noise(1)).flatness > 0.3


def test_the_centroid_is_the_pitch_of_a_tone() -> None:
    assert measured(tone(1, 1500)).centroid_hz == pytest.approx(1500, rel=0.05)


def test_silence_around_a_sound_does_not_count() -> None:
    alone, within = noise(0.5), np.pad(noise(0.5), 16000)
    assert measured(within).duration_s == pytest.approx(2.5)
    assert measured(within).sounding_s == pytest.approx(measured(alone).sounding_s, abs=0.1)
    assert measured(within).level_db == pytest.approx(measured(alone).level_db, abs=1.5)


def test_a_strike_swings_and_a_hum_does_not() -> None:
    strike = noise(1) * np.exp(-np.arange(16000) / 800).astype(np.float32)
    assert measured(strike).swing_db > 10
    assert measured(tone(1)).swing_db < 1


def test_only_flattened_peaks_are_clipped() -> None:
    assert measured(np.clip(3 * tone(1), -0.5, 0.5)).clipped_share > 0.2
    assert measured(noise(1)).clipped_share == 0


def test_the_fingerprint_is_the_same_at_any_level() -> None:
    loud, soft = measured(noise(1)), measured(0.05 * noise(1))
    np.testing.assert_allclose(loud.fingerprint, soft.fingerprint, atol=0.05)
    assert loud.fingerprint.shape == (16, 32)


@pytest.mark.parametrize("samples", [1, 100, 1024, 1025, 9000])
def test_any_length_and_silence_have_finite_measures(samples: int) -> None:
    for waveform in (np.zeros(samples, np.float32), noise(1)[:samples]):
        measures = measured(waveform)
        assert np.isfinite(measures.fingerprint).all()
        assert np.isfinite([measures.level_db, measures.tonality, measures.swing_db]).all()
