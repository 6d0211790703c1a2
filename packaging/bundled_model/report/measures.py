"""What can be measured of clips without a judge: pitch, events, level, likeness of spectra."""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core.mel import LOG_FLOOR, MelParams, log_mel_to_db

PITCH_WINDOW_S = 0.064
LOWEST_HZ, HIGHEST_HZ = 40.0, 2500.0
VOICED = 0.5
"""A window has a pitch when its autocorrelation comes back to this part of its power."""
ONSET_RISE_DB = 4.0
"""A frame begins an event when the mean mel rises this much within 30 ms."""
ONSET_FRAMES = 3
REFRACTORY_FRAMES = 8


def fundamental_hz(waveform: Tensor, sample_rate: int) -> float:
    """Return the median fundamental of the pitched windows of a clip; NaN without any.

    The first high peak of the normalised autocorrelation, window by window.
    """
    length = int(PITCH_WINDOW_S * sample_rate)
    windows = waveform.unfold(0, length, length // 2)
    windows = windows[windows.square().mean(dim=1) > 0.05 * waveform.square().mean()]
    pitches = [_window_hz(window.numpy(), sample_rate) for window in windows]
    voiced = [hz for hz in pitches if hz is not None]
    return float(np.median(voiced)) if voiced else float("nan")


def _window_hz(window: NDArray[np.float32], sample_rate: int) -> float | None:
    """Return the fundamental of one window, or None for noise."""
    length = len(window)
    spectrum = np.fft.rfft(window - window.mean(), 2 * length)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:length]
    correlation = correlation / (correlation[0] + 1e-12) / (1 - np.arange(length) / length)
    shortest, longest = int(sample_rate / HIGHEST_HZ), int(sample_rate / LOWEST_HZ)
    lags = np.arange(shortest, min(longest, 3 * length // 4))
    here = correlation[lags]
    is_peak = (here >= correlation[lags - 1]) & (here >= correlation[lags + 1])
    peaks = lags[is_peak & (here > max(VOICED, 0.85 * here.max()))]
    return sample_rate / float(peaks[0]) if len(peaks) else None


def onsets_per_second(log_mel: Tensor) -> float:
    """Return how often the spectrogram (T, F) rises suddenly, per second."""
    level = log_mel_to_db(log_mel).mean(dim=1)
    rises = (level[ONSET_FRAMES:] - level[:-ONSET_FRAMES]).tolist()
    onsets, last = 0, -REFRACTORY_FRAMES
    for frame, rise in enumerate(rises):
        if rise > ONSET_RISE_DB and frame - last >= REFRACTORY_FRAMES:
            onsets, last = onsets + 1, frame
    return onsets * MelParams().frames_per_second / len(log_mel)


def level_db(waveform: Tensor) -> float:
    """Return the level of a clip in decibels of full scale."""
    return 10 * torch.log10(waveform.square().mean() + 1e-12).item()


def log_spectral_distance_db(waveforms: Tensor, others: Tensor) -> float:
    """Return how far the Fourier magnitudes of waveforms (B, n) are apart: RMS over bins, in dB.

    Averaged over frames of 1,024 samples; magnitudes below the floor of log-mels count as silence.
    """
    difference = _magnitudes_db(waveforms) - _magnitudes_db(others)  # (B, K, T)
    return difference.square().mean(dim=1).sqrt().mean().item()


def _magnitudes_db(waveforms: Tensor) -> Tensor:
    params = MelParams()
    window = torch.hann_window(params.n_fft)
    spectrum = torch.stft(
        waveforms, params.n_fft, params.hop_length, window=window, return_complex=True
    )
    return log_mel_to_db(spectrum.abs().clamp(min=math.exp(LOG_FLOOR)).log())
