"""Phases from the gradients of log-magnitudes, without any iteration after them."""

import numpy as np
import pytest

from core.api.arrays import FloatArray
from core.vocoders.griffin_lim import ComplexArray, ShortTimeTransform
from core.vocoders.phase_gradients import PhaseIntegrator

TRANSFORM = ShortTimeTransform(1024, 160)
INTEGRATOR = PhaseIntegrator(TRANSFORM)
NUM_FRAMES = 60
TIME = np.arange(TRANSFORM.num_samples(NUM_FRAMES)) / 16000
INSIDE = slice(1024, -1024)


def integrated(signal: FloatArray, num_known: int = 0) -> tuple[ComplexArray, FloatArray]:
    """The signal's frames after the known ones with integrated phases, and all samples of them."""
    frames = TRANSFORM.analyse(signal.astype(np.float32))
    known, generator = frames[:num_known], np.random.default_rng(0)
    new = INTEGRATOR.continued(np.abs(frames), known, generator)
    window_sum = TRANSFORM.window_sum(NUM_FRAMES)
    return new, TRANSFORM.synthesise(np.concatenate([known, new]), window_sum)


def harmonics(hz: float) -> FloatArray:
    """Six harmonics, as loud as each other."""
    return sum(0.1 * np.sin(2 * np.pi * hz * k * TIME + k * k) for k in range(1, 7))


@pytest.mark.parametrize("hz", [65.4, 98.0, 220.0])
def test_a_low_note_has_no_noise_between_its_harmonics(hz: float) -> None:
    _, samples = integrated(harmonics(hz))
    window = np.blackman(len(samples[INSIDE]))
    power = np.abs(np.fft.rfft(samples[INSIDE] * window)) ** 2
    bins = np.fft.rfftfreq(len(window), 1 / 16000)
    distance = np.abs(bins - hz * np.clip(np.round(bins / hz), 1, 6))
    noise = power[distance > 12].sum() / power[distance < 12].sum()
    assert 10 * np.log10(noise) < -22


def test_random_phases_would_leave_noise() -> None:
    frames = TRANSFORM.analyse(harmonics(98.0).astype(np.float32))
    turns = np.random.default_rng(0).random(frames.shape)
    random = (np.abs(frames) * np.exp(2j * np.pi * turns)).astype(np.complex64)
    samples = TRANSFORM.synthesise(random, TRANSFORM.window_sum(NUM_FRAMES))
    _, ours = integrated(harmonics(98.0))
    wanted = np.abs(frames)
    errors = [np.linalg.norm(np.abs(TRANSFORM.analyse(made)) - wanted) for made in (ours, samples)]
    assert errors[0] < 0.25 * errors[1]


def test_a_click_stays_where_it_was() -> None:
    signal = np.zeros_like(TIME)
    signal[5000] = 1
    _, samples = integrated(signal)
    assert abs(int(np.argmax(np.abs(samples))) - 5000) <= 16
    near = np.square(samples[4900:5100]).sum()
    assert np.square(samples).sum() < 1.3 * near


@pytest.mark.parametrize("hz", [98.0, 440.0])
def test_known_frames_are_continued_in_phase(hz: float) -> None:
    signal = harmonics(hz)
    new, _ = integrated(signal, num_known=20)
    frames = TRANSFORM.analyse(signal.astype(np.float32))[20:30]
    likeness = np.vdot(frames, new[:10]) / np.linalg.norm(frames) / np.linalg.norm(new[:10])
    assert likeness.real > 0.95


def test_silence_is_silent() -> None:
    new, samples = integrated(np.zeros_like(TIME))
    assert not samples.any()
    assert np.isfinite(new).all()
