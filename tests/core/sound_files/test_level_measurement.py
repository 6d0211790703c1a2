"""True peaks against computed sines, and blocks against the whole."""

import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample

from core.sound_files.level_measurement import SoundLevel, measure_level

NOISE = (0.2 * np.random.default_rng(0).standard_normal(20_000)).astype(np.float32)


def level_of(samples: np.ndarray, sample_rate: int = 48_000, channels: int = 1) -> SoundLevel:
    alike = np.tile(samples.astype(np.float32), (channels, 1))
    return measure_level(iter([alike]), sample_rate, channels)


# EBU Tech 3341, test signals 15 to 19: part of the sample rate, phase, amplitude, and true peak.
@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "peak_db"),
    [
        (4, 0.0, 0.5, -6.0),
        (4, 45.0, 0.5, -6.0),
        (6, 60.0, 0.5, -6.0),
        (8, 67.5, 0.5, -6.0),
        (4, 45.0, 1.41, 3.0),
    ],
)
@pytest.mark.parametrize("sample_rate", [16_000, 44_100, 48_000])
def test_true_peaks_of_ebus_sines_are_within_its_tolerance(
    divisor: int, degrees: float, amplitude: float, peak_db: float, sample_rate: int
) -> None:
    time = np.arange(sample_rate)
    fade = np.minimum(1, np.minimum(time, time[::-1]) / (0.1 * sample_rate))
    sine = amplitude * fade * np.sin(2 * np.pi * time / divisor + math.radians(degrees))
    found = level_of(sine, sample_rate)
    assert peak_db - 0.4 <= found.true_peak_db <= peak_db + 0.2
    assert found.true_peak_db == pytest.approx(20 * math.log10(amplitude), abs=0.1)


def test_a_true_peak_is_that_of_the_sound_oversampled_many_times() -> None:
    rng, fade = np.random.default_rng(3), np.hanning(4000)
    for _ in range(5):
        spectrum = np.zeros(2001, complex)
        spectrum[1:1700] = rng.standard_normal(1699) + 1j * rng.standard_normal(1699)
        sound = 0.3 * np.fft.irfft(spectrum, 4000) * 40 * fade
        truth = np.abs(resample(sound, 64 * len(sound))).max()
        assert level_of(sound).true_peak == pytest.approx(truth, rel=0.03)


def test_the_peak_of_the_samples_is_never_above_the_true_peak() -> None:
    click = np.zeros(2000)
    click[1000] = 0.7
    found = level_of(click)
    assert found.peak == pytest.approx(0.7)
    assert found.true_peak >= found.peak


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, len(NOISE)), max_size=5))
def test_the_level_does_not_depend_on_the_blocks(cuts: list[int]) -> None:
    found = measure_level(iter(np.split(NOISE[None], sorted(cuts), axis=1)), 16_000)
    whole = level_of(NOISE, 16_000)
    assert found.lufs == pytest.approx(whole.lufs, abs=1e-6)
    assert found.momentary_lufs == pytest.approx(whole.momentary_lufs, abs=1e-6)
    assert found.true_peak == pytest.approx(whole.true_peak, abs=1e-6)


def test_silence_and_nothing_have_no_level() -> None:
    for samples in (np.zeros(48_000), np.zeros(0)):
        found = level_of(samples)
        assert (found.lufs, found.momentary_lufs) == (-math.inf, -math.inf)
        assert (found.peak, found.true_peak_db) == (0.0, -math.inf)


def test_memory_does_not_grow_with_the_length() -> None:
    block, sizes = NOISE[:16_000], list[int]()

    def blocks():
        for number in range(600):
            yield block[None]
            if number in (10, 599):
                sizes.append(tracemalloc.get_traced_memory()[1])
                tracemalloc.reset_peak()

    tracemalloc.start()
    try:
        measure_level(blocks(), 16_000)
    finally:
        tracemalloc.stop()
    assert sizes[1] < sizes[0] + 1_000_000
