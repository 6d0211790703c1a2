"""What a vocoder can spoil: the harmonics of sustained notes, and the silence before an onset."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

NOTE_WINDOW_S = 0.128
MOST_HNR_DB = 60.0
MS = 16
"""Samples a millisecond."""
BEFORE_MS, GUARD_MS, AFTER_MS = 30, 4, 30
QUIET_BEFORE_DB = -40.0


def harmonic_to_noise_db(waveform: Samples, hz: float, sample_rate: int = 16000) -> float:
    """Return the mean harmonic-to-noise ratio of a note of known pitch, in dB.

    By the autocorrelation of Hann windows over that of the window itself, at the lag of one
    period or of two (Boersma, *Accurate short-term analysis of the fundamental frequency and the
    harmonics-to-noise ratio of a sampled sound*, 1993); the lag is looked for within 3%.
    """
    length = int(NOTE_WINDOW_S * sample_rate)
    window = np.hanning(length + 2)[1:-1]
    fine = 4  # the autocorrelation is read at quarters of a sample
    own = _autocorrelation(window, fine)
    lags = [
        range(int(0.97 * lag), int(1.03 * lag) + 2)
        for lag in (fine * sample_rate / hz, 2 * fine * sample_rate / hz)
    ]
    ratios = []
    for start in range(0, len(waveform) - length + 1, length // 2):
        piece = waveform[start : start + length].astype(np.float64)
        correlation = _autocorrelation((piece - piece.mean()) * window, fine) / own
        best = max(float(correlation[lag.start : lag.stop].max()) for lag in lags)
        best = min(max(best, 1e-3), 1 - 10 ** (-MOST_HNR_DB / 10))
        ratios.append(10 * np.log10(best / (1 - best)))
    return float(np.mean(ratios))


def _autocorrelation(signal: NDArray[np.float64], fine: int) -> NDArray[np.float64]:
    """Return the autocorrelation (from lag 0, in steps of 1 / fine), one at lag 0."""
    length = len(signal)
    power = np.abs(np.fft.rfft(signal, 2 * length)) ** 2
    correlation = np.fft.irfft(power, 2 * length * fine)[: length * fine * 3 // 4]
    return correlation / correlation[0]


def onsets(waveform: Samples) -> list[int]:
    """Return the samples at which a sound begins after at least 30 ms of quiet."""
    frames = waveform[: len(waveform) // MS * MS].reshape(-1, MS)
    level = np.sqrt(np.square(frames, dtype=np.float64).mean(axis=1))
    found: list[int] = []
    for now in range(BEFORE_MS, len(level) - AFTER_MS):
        top = level[now : now + AFTER_MS].max()
        quiet = level[now - BEFORE_MS : now].max()
        is_start = level[now] >= 0.1 * top and quiet < 10 ** (QUIET_BEFORE_DB / 20) * top
        if is_start and top > 0.01 and (not found or now * MS - found[-1] > AFTER_MS * MS):
            found.append(now * MS)
    return found


def energy_before_db(waveform: Samples, onset: int) -> float:
    """Return the energy 30 to 4 ms before an onset against that of the 30 ms after it, in dB."""
    before = waveform[onset - BEFORE_MS * MS : onset - GUARD_MS * MS]
    after = waveform[onset : onset + AFTER_MS * MS]
    ratio = np.square(before, dtype=np.float64).mean() / max(
        np.square(after, dtype=np.float64).mean(), 1e-12
    )
    return float(10 * np.log10(max(ratio, 1e-9)))
