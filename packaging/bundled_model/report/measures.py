"""What can be measured of clips without a judge: pitch, events, level, likeness of spectra."""

import math
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from core.mel import MelParams, log_mel_to_db

PITCH_WINDOW_S = 0.064
LOWEST_HZ, HIGHEST_HZ = 40.0, 2500.0
VOICED = 0.5
"""A window has a pitch when its autocorrelation comes back to this part of its power."""
IN_TUNE_CENTS = 25
"""A pitch this near to a semitone is on it: glides, evenly spread, are so half of the time."""
TUNING_HZ = 440.0
ONSET_FRAMES = 6
ONSET_RISE_DB, ONSET_PROMINENCE = 0.7, 0.25
"""Peaks of the rise over 60 ms, averaged over mel bins, that stand out from its median by as much,
and by this part of the highest: they tell slow from fast of every real instrument of the report,
bowed and blown ones too, whose notes do not begin with a bang."""
REFRACTORY_FRAMES = 8
DYNAMIC_RANGE_DB = 60.0
NOISE_LEVEL, NOISE_SAMPLES = 0.1, 10 * 81920


@dataclass(frozen=True)
class NoiseDistances:
    """Log-spectral distances that chance alone makes, where a sound is noise.

    Attributes:
        drawings_db: Between two drawings of one white noise, which sound alike.
        best_guess_db: Between a drawing and the mean log-magnitude of each bin, which is the best
            guess of it and no sound.
    """

    drawings_db: float
    best_guess_db: float


def fundamental_hz(waveform: Tensor, sample_rate: int) -> float:
    """Return the median fundamental of the pitched windows of a clip; NaN without any."""
    pitches = _pitches_hz(waveform, sample_rate)
    return float(np.median(pitches)) if len(pitches) else float("nan")


def in_tune_share(waveform: Tensor, sample_rate: int) -> float:
    """Return the part of a clip's pitched windows that lie on a semitone; NaN without any."""
    pitches = _pitches_hz(waveform, sample_rate)
    cents = 1200 * np.log2(pitches / TUNING_HZ)
    offsets = np.abs((cents + 50) % 100 - 50)
    return float((offsets <= IN_TUNE_CENTS).mean()) if len(pitches) else float("nan")


def _pitches_hz(waveform: Tensor, sample_rate: int) -> NDArray[np.float64]:
    """Return the fundamentals of the windows that are neither quiet nor noise."""
    length = int(PITCH_WINDOW_S * sample_rate)
    windows = waveform.unfold(0, length, length // 2)
    windows = windows[windows.square().mean(dim=1) > 0.05 * waveform.square().mean()]
    pitches = [_window_hz(window.numpy(), sample_rate) for window in windows]
    return np.array([hz for hz in pitches if hz is not None])


def _window_hz(window: NDArray[np.float32], sample_rate: int) -> float | None:
    """Return the first high peak of the normalised autocorrelation of a window, None for noise."""
    length = len(window)
    spectrum = np.fft.rfft(window - window.mean(), 2 * length)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[:length]
    correlation = correlation / (correlation[0] + 1e-12) / (1 - np.arange(length) / length)
    shortest, longest = int(sample_rate / HIGHEST_HZ), int(sample_rate / LOWEST_HZ)
    lags = np.arange(shortest, min(longest, 3 * length // 4))
    here, before, after = correlation[lags], correlation[lags - 1], correlation[lags + 1]
    is_peak = (here >= before) & (here >= after) & (here > max(VOICED, 0.85 * here.max()))
    if not is_peak.any():
        return None
    first = int(np.argmax(is_peak))
    bend = before[first] - 2 * here[first] + after[first]
    vertex = 0.5 * (before[first] - after[first]) / bend if bend else 0.0
    return sample_rate / float(lags[first] + vertex)


def onsets_per_second(log_mel: Tensor) -> float:
    """Return how often something begins in a spectrogram (T, F), per second."""
    level = log_mel_to_db(log_mel)
    level = level.clamp(min=level.max() - DYNAMIC_RANGE_DB)
    rise = (level[ONSET_FRAMES:] - level[:-ONSET_FRAMES]).clamp(min=0).mean(dim=1)
    rise = F.avg_pool1d(rise[None], 3, stride=1, padding=1)[0]
    around = F.max_pool1d(rise[None], 2 * REFRACTORY_FRAMES + 1, 1, REFRACTORY_FRAMES)[0]
    usual = rise.median()
    least = usual + max(ONSET_RISE_DB, ONSET_PROMINENCE * (rise.max() - usual).item())
    onsets = int(((rise == around) & (rise > least)).sum())
    return onsets * MelParams().frames_per_second / len(log_mel)


def level_db(waveform: Tensor) -> float:
    """Return the level of a clip in decibels of full scale."""
    return 10 * torch.log10(waveform.square().mean() + 1e-12).item()


def log_spectral_distance_db(waveforms: Tensor, others: Tensor) -> float:
    """Return how far the Fourier magnitudes of waveforms (B, n) are apart: RMS over bins, in dB.

    Averaged over frames of 1,024 samples; what 16 bits drown in their rounding counts as silence.
    """
    return _distance_db(_magnitudes_db(waveforms), _magnitudes_db(others))


def noise_distances_db(seed: int) -> NoiseDistances:
    """Measure by the same distance how much of white noise is chance."""
    generator = torch.Generator().manual_seed(seed)
    drawings = NOISE_LEVEL * torch.randn(2, NOISE_SAMPLES, generator=generator)
    first, second = _magnitudes_db(drawings)
    return NoiseDistances(
        drawings_db=_distance_db(first, second),
        best_guess_db=_distance_db(first.mean(dim=1, keepdim=True), second),
    )


def _distance_db(magnitudes: Tensor, others: Tensor) -> float:
    """Return the RMS over bins, averaged over frames, of magnitudes (..., K, T) in dB."""
    return (magnitudes - others).square().mean(dim=-2).sqrt().mean().item()


def _magnitudes_db(waveforms: Tensor) -> Tensor:
    params = MelParams()
    window = torch.hann_window(params.n_fft)
    spectrum = torch.stft(
        waveforms, params.n_fft, params.hop_length, window=window, return_complex=True
    )
    rounding = window.square().sum().sqrt() * 2**-15 / math.sqrt(12)
    return 20 * spectrum.abs().clamp(min=rounding.item()).log10()
