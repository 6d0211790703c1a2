"""Loudness against the tables and test signals of the standard and another program."""

import math
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.sound_files.loudness import LoudnessMeter, k_weighting

NOISE = (0.1 * np.random.default_rng(0).standard_normal(48_000)).astype(np.float32)


def sine(level_dbfs: float, duration_s: float, sample_rate: int = 48_000) -> np.ndarray:
    time_s = np.arange(round(sample_rate * duration_s)) / sample_rate
    return (10 ** (level_dbfs / 20) * np.sin(2 * np.pi * 1000 * time_s)).astype(np.float32)


def measured(samples: np.ndarray, sample_rate: int = 48_000) -> float:
    meter = LoudnessMeter(sample_rate, len(samples))
    meter.add(samples)
    return meter.lufs


def test_at_48_khz_the_filters_are_those_of_the_standard() -> None:
    shelf, high_pass = k_weighting(48_000)
    assert shelf == pytest.approx(
        [
            1.53512485958697,
            -2.69169618940638,
            1.19839281085285,
            1,
            -1.69065929318241,
            0.73248077421585,
        ]
    )
    assert high_pass == pytest.approx([1, -2, 1, 1, -1.99004745483398, 0.99007225036621])


# EBU Tech 3341, test signals 1 to 5 (left and right alike): levels, lengths, and what they measure.
@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23, 20)], -23.0),
        ([(-33, 20)], -33.0),
        ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
    ],
)
@pytest.mark.parametrize("sample_rate", [16_000, 48_000])
def test_the_test_signals_of_ebu_have_their_loudness(
    parts: list[tuple[float, float]], lufs: float, sample_rate: int
) -> None:
    sound = np.concatenate([sine(level, length, sample_rate) for level, length in parts])
    assert measured(np.stack([sound, sound]), sample_rate) == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize("sample_rate", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_another_meter_gives_the_same_loudness(sample_rate: int, channels: int) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pyloudnorm

    generator = np.random.default_rng(1)
    swells = np.abs(np.sin(np.arange(sample_rate * 6) / sample_rate)) ** 3
    sound = (0.3 * swells * generator.standard_normal((channels, len(swells)))).astype(np.float32)
    # Its usual filters are near the tables of the recommendation, these are in them.
    meter = pyloudnorm.Meter(sample_rate, filter_class="DeMan")
    theirs = meter.integrated_loudness(sound.T.astype(np.float64))
    assert measured(sound, sample_rate) == pytest.approx(theirs, abs=0.01)


@settings(max_examples=20)
@given(st.lists(st.integers(0, len(NOISE)), max_size=6))
def test_the_loudness_does_not_depend_on_the_pieces(cuts: list[int]) -> None:
    meter = LoudnessMeter(48_000)
    for piece in np.split(NOISE, sorted(cuts)):
        meter.add(piece[None])
    assert meter.lufs == pytest.approx(measured(NOISE[None]), abs=1e-9)


@given(st.floats(-20, 20))
def test_a_gain_in_decibels_adds_as_many_lufs(gain_db: float) -> None:
    louder = (NOISE * 10 ** (gain_db / 20)).astype(np.float32)
    assert measured(louder[None]) == pytest.approx(measured(NOISE[None]) + gain_db, abs=1e-3)


def test_two_equal_channels_are_three_decibels_louder() -> None:
    one, two = measured(NOISE[None]), measured(np.stack([NOISE, NOISE]))
    assert two == pytest.approx(one + 10 * math.log10(2))


def test_silence_and_empty_sounds_have_no_loudness() -> None:
    assert measured(np.zeros((1, 48_000), np.float32)) == -math.inf
    assert LoudnessMeter(48_000).lufs == -math.inf


def test_a_sound_shorter_than_a_block_is_one_block() -> None:
    assert measured(np.stack([sine(-20, 0.35)] * 2)) == pytest.approx(-20, abs=0.2)


def momentary(samples: np.ndarray, sample_rate: int = 48_000) -> float:
    meter = LoudnessMeter(sample_rate, len(samples))
    for piece in np.array_split(samples, 7, axis=1):
        meter.add(piece)
    return meter.momentary_lufs


@pytest.mark.parametrize("sample_rate", [16_000, 44_100, 48_000])
def test_the_momentary_loudness_of_ebus_steady_pattern_is_met(sample_rate: int) -> None:
    """EBU Tech 3341, test signal 12."""
    pattern = [sine(-20, 0.18, sample_rate), sine(-30, 0.22, sample_rate)]
    sound = np.concatenate(pattern * 25)
    assert momentary(np.stack([sound, sound]), sample_rate) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("number", range(20))
def test_a_burst_has_its_momentary_loudness_wherever_it_begins(number: int) -> None:
    """EBU Tech 3341, test signals 13 and 14."""
    silence = np.zeros(round(48_000 * number * 0.02), np.float32)
    sound = np.concatenate([silence, sine(-38 + number, 0.4), np.zeros(48_000, np.float32)])
    assert momentary(np.stack([sound, sound])) == pytest.approx(-38 + number, abs=0.1)


def test_the_momentary_loudness_of_a_short_sound_is_its_own() -> None:
    assert momentary(np.stack([sine(-20, 0.35)] * 2)) == pytest.approx(-20, abs=0.2)
    assert LoudnessMeter(48_000).momentary_lufs == -math.inf
