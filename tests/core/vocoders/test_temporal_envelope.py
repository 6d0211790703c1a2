"""Signals held to the energies of their frames."""

import numpy as np
import pytest

from core.vocoders.griffin_lim import ShortTimeTransform
from core.vocoders.temporal_envelope import TemporalEnvelope

TRANSFORM = ShortTimeTransform(1024, 160)
ENVELOPE = TemporalEnvelope(TRANSFORM)
NUM_FRAMES = 54
ONSET = 5000


def noise(seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.1, TRANSFORM.num_samples(NUM_FRAMES)).astype(np.float32)


def magnitudes(signal: np.ndarray) -> np.ndarray:
    return np.abs(TRANSFORM.analyse(signal))


def energy_db(samples: np.ndarray, reference: np.ndarray) -> float:
    mean, whole = np.square(samples).mean(), np.square(reference).mean()
    return float(10 * np.log10(mean / whole + 1e-12))


def test_an_echo_before_an_attack_is_taken_away() -> None:
    attack = noise()
    attack[:ONSET] = 0
    echoed = attack + 0.05 * noise(1)
    held = ENVELOPE.hold(echoed, magnitudes(attack))
    before, after = slice(ONSET - 480, ONSET - 64), slice(ONSET, ONSET + 480)
    echo_db = energy_db(echoed[before], echoed[after])
    assert -28 < echo_db < -24
    assert energy_db(held[before], held[after]) < echo_db - 10
    assert abs(energy_db(held[after], echoed[after])) < 1.5


def test_a_sound_of_even_loudness_stays_to_the_bit() -> None:
    signal = noise()
    assert ENVELOPE.hold(signal, magnitudes(signal)) is signal


def test_what_agrees_with_its_frames_hardly_changes() -> None:
    signal = noise() * np.linspace(0.001, 1, len(noise()), dtype=np.float32)
    held = ENVELOPE.hold(signal, magnitudes(signal))
    assert energy_db(held - signal, signal) < -20


@pytest.mark.parametrize("num_frames", [1, 2, 54])
def test_silence_stays_silence(num_frames: int) -> None:
    silence = np.zeros(TRANSFORM.num_samples(num_frames), np.float32)
    assert not ENVELOPE.hold(silence, magnitudes(silence)).any()
