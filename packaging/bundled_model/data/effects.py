"""Sounds from a few lines of synthesis each: weather, machines, signals.

Every function takes a source of chance, the number of samples, and the length of a beat in
seconds (unused by sounds without a rhythm), and returns a waveform of any level at 16 kHz.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

from bundled_model.data.clip import SAMPLE_RATE

Waveform = NDArray[np.float64]


def _time(samples: int) -> Waveform:
    """Return the time of every sample in seconds."""
    return np.arange(samples) / SAMPLE_RATE


def _noise(rng: np.random.Generator, samples: int, low_hz: float, high_hz: float) -> Waveform:
    """Return noise of unit deviation, confined softly to a band of frequencies."""
    spectrum = np.fft.rfft(rng.normal(size=samples))
    hz = np.fft.rfftfreq(samples, 1 / SAMPLE_RATE) + 1e-6
    gain = 1 / (1 + (low_hz / hz) ** 4) / (1 + (hz / high_hz) ** 4)
    shaped = np.fft.irfft(spectrum * gain, samples)
    return shaped / (shaped.std() + 1e-12)


def _slow_curve(rng: np.random.Generator, samples: int, points: int) -> Waveform:
    """Return a smooth random curve between 0 and 1 through so many points."""
    knots = rng.random(points)
    return np.interp(np.linspace(0, points - 1, samples), np.arange(points), knots)


def _place(samples: int, starts: Waveform, sounds: list[Waveform]) -> Waveform:
    """Return silence with one sound laid at each start (in seconds), cut at the end."""
    out = np.zeros(samples)
    for start_s, sound in zip(starts, sounds, strict=True):
        first = int(start_s * SAMPLE_RATE)
        piece = sound[: max(0, samples - first)]
        out[first : first + len(piece)] += piece
    return out


def _beats(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Return the times of the beats, the first one within half a beat."""
    return np.arange(rng.uniform(0, beat_s / 2), samples / SAMPLE_RATE, beat_s)


def _glide(hz: Waveform) -> Waveform:
    """Return the phase of a tone whose frequency is `hz` at every sample."""
    return 2 * np.pi * np.cumsum(hz) / SAMPLE_RATE


def rain(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Hiss with thousands of drops."""
    hiss = _noise(rng, samples, rng.uniform(600, 1500), 7500)
    drops = rng.exponential(1, samples) * (
        rng.random(samples) < rng.uniform(100, 500) / SAMPLE_RATE
    )
    decay = np.exp(-_time(400) / 0.004) * np.sin(2 * np.pi * rng.uniform(2500, 4500) * _time(400))
    return 0.25 * hiss + 1.5 * fftconvolve(drops, decay)[:samples]


def wind(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Gusts: noise through a resonance that wanders between 250 and 900 Hz."""
    bands = [_noise(rng, samples, hz * 0.85, hz * 1.15) for hz in (250, 400, 600, 900)]
    place = 3 * _slow_curve(rng, samples, int(rng.integers(4, 9)))
    howl = sum(np.exp(-((place - i) ** 2)) * band for i, band in enumerate(bands))
    return howl * (0.25 + 0.75 * place / 3) + 0.15 * _noise(rng, samples, 80, 400)


def thunder(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """One or two cracks, each with a long low roll."""
    t = _time(samples)
    out = 0.02 * _noise(rng, samples, 40, 150)
    for strike_s in rng.uniform(0, 3.0, rng.integers(1, 3)):
        after = np.maximum(0, t - strike_s)
        begun = t >= strike_s
        rumble = np.exp(-after / rng.uniform(0.9, 1.8)) * (
            0.4 + _slow_curve(rng, samples, int(rng.integers(20, 50)))
        )
        crack = np.exp(-after / 0.12) * _noise(rng, samples, 200, 3000)
        out += begun * (rumble * _noise(rng, samples, 30, rng.uniform(150, 300)) + 0.7 * crack)
    return out


def siren(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """A wail that glides between two pitches, or jumps between them."""
    low, ratio = rng.uniform(450, 700), rng.uniform(1.4, 2.0)
    cycle = _time(samples) / (2 * beat_s) + rng.random()
    sweep = 0.5 - 0.5 * np.cos(2 * np.pi * cycle)
    if rng.random() < 0.35:
        sweep = np.round(sweep)
    phase = _glide(low * ratio**sweep)
    return np.sin(phase) + 0.5 * np.sin(2 * phase) + 0.3 * np.sin(3 * phase)


def alarm(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Groups of short, high, hard beeps."""
    pitch = rng.uniform(1800, 3200)
    beeps = int(rng.choice((1, 2, 4)))
    t = _time(int(0.35 * beat_s / beeps * SAMPLE_RATE))
    beep = np.sign(np.sin(2 * np.pi * pitch * t)) * np.minimum(1, 200 * t)
    group = [beep, 0 * beep] * beeps
    starts = _beats(rng, samples, beat_s)
    return _place(samples, starts, [np.concatenate(group)] * len(starts))


def clock(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Tick and tock of a small mechanism."""
    t = _time(1600)
    decay = np.exp(-t / rng.uniform(0.004, 0.009))
    tones = [rng.uniform(2200, 3400), rng.uniform(1600, 2100)]
    ticks = [decay * (np.sin(2 * np.pi * hz * t) + 0.6 * rng.normal(size=len(t))) for hz in tones]
    starts = _beats(rng, samples, beat_s / 2)
    return _place(samples, starts, [ticks[i % 2] for i in range(len(starts))])


def heartbeat(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Lub and dub: two low thuds, the second softer."""
    t = _time(4000)
    hz = rng.uniform(45, 75)
    thud = np.exp(-t / 0.045) * np.sin(2 * np.pi * (hz + 30 * np.exp(-t / 0.02)) * t)
    starts = _beats(rng, samples, beat_s)
    first = _place(samples, starts, [thud] * len(starts))
    second = _place(samples, starts + 0.3 * beat_s, [0.7 * thud] * len(starts))
    return first + second + 0.002 * _noise(rng, samples, 30, 200)


def engine(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Firing cylinders: a pulse train whose rate follows the tempo, through a muffler."""
    rate = 18 / beat_s * rng.uniform(0.8, 1.2)
    wander = 1 + 0.15 * (_slow_curve(rng, samples, 6) - 0.5)
    cycle = np.cumsum(rate * wander) / SAMPLE_RATE
    fired = np.diff(np.floor(cycle), prepend=0) * rng.uniform(0.7, 1.3, samples)
    body = lfilter([1], [1, -1.9 * np.cos(2 * np.pi * 110 / SAMPLE_RATE), 0.93], fired)
    return body + 0.08 * _noise(rng, samples, 100, 1500) * (0.4 + 0.6 * (cycle % 1))


def laser(rng: np.random.Generator, samples: int, beat_s: float) -> Waveform:
    """Shots whose pitch falls fast."""
    t = _time(int(rng.uniform(0.15, 0.3) * SAMPLE_RATE))
    high, low = rng.uniform(2500, 6000), rng.uniform(120, 400)
    phase = _glide(low + (high - low) * np.exp(-t / rng.uniform(0.04, 0.08)))
    shot = (np.sin(phase) + 0.4 * np.sign(np.sin(phase))) * np.exp(-t / 0.12)
    starts = _beats(rng, samples, beat_s)
    return _place(samples, starts, [shot] * len(starts))


EFFECTS: dict[str, Callable[[np.random.Generator, int, float], Waveform]] = {
    effect.__name__: effect
    for effect in (rain, wind, thunder, siren, alarm, clock, heartbeat, engine, laser)
}
"""Every effect by the name that `concepts.Synthesis` gives."""
