"""What an ear would notice of a waveform at once: length, level, pitch, brightness, shape."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from bundled_model.data.clip import SAMPLE_RATE
from bundled_model.data.recordings.decoding import Waveform

FRAME, HOP, N_FFT = 1024, 512, 2048
"""Frames are padded to twice their length, so that their autocorrelation does not wrap."""
BRIEF_FRAMES = 4
AUDIBLE_DB = 50.0
"""Frames so much softer than the loudest one are taken for silence."""
CLIPPED_RUN = 4
"""So many samples in a row at the very same extreme do not happen by themselves."""
SHORTEST_LAG, LONGEST_LAG = 20, 400
"""Periods that are tried, in samples: 40 to 800 Hz; higher tones repeat within them too."""
BANDS, PARTS = 32, 16


@dataclass(frozen=True)
class Measures:
    """Figures of one waveform.

    Attributes:
        duration_s: Length.
        sounding_s: Length of what is not silence.
        peak: Highest absolute sample.
        level_db: Root mean square of what is not silence, against full scale.
        clipped_share: Part of the samples in runs at the extreme.
        tonality: 0 for noise to 1 for a strictly periodic tone; median over audible frames.
        flatness: Spectral flatness, 0 for a tone to 1 for white noise; median.
        centroid_hz: Mean frequency, weighted by amplitude; median.
        swing_db: Loudest frame against the median one, silent ones too: low for steady sounds.
        fingerprint: Log-amplitudes (16, 32) of parts of the audible time in bands that widen like
            mels, less their mean: what is the same at any level.
    """

    duration_s: float
    sounding_s: float
    peak: float
    level_db: float
    clipped_share: float
    tonality: float
    flatness: float
    centroid_hz: float
    swing_db: float
    fingerprint: NDArray[np.float32]

    @property
    def bands(self) -> NDArray[np.float32]:
        """Mean log-amplitude (32,) of the bands."""
        return self.fingerprint.mean(axis=0)


def measured(waveform: Waveform) -> Measures:
    """Return the figures of a waveform of any length at 16 kHz."""
    peak = float(np.abs(waveform).max(initial=0))
    frames, swing_db = _audible_frames(waveform)
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME), N_FFT)) ** 2 + 1e-12
    level = np.sqrt(np.mean(frames**2)) + 1e-9
    frequencies = np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)
    amplitude = np.sqrt(power)
    centroids = amplitude @ frequencies / amplitude.sum(axis=1)
    flatness = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
    log_bands = np.log(amplitude @ _band_filters() + 1e-6)
    return Measures(
        duration_s=len(waveform) / SAMPLE_RATE,
        sounding_s=min(len(waveform), len(frames) * HOP) / SAMPLE_RATE,
        peak=peak,
        level_db=float(20 * np.log10(level)),
        clipped_share=_clipped_share(waveform, peak),
        tonality=float(np.median(_tonality(power))),
        flatness=float(np.median(flatness)),
        centroid_hz=float(np.median(centroids)),
        swing_db=swing_db,
        fingerprint=_fingerprint(log_bands),
    )


def _audible_frames(waveform: Waveform) -> tuple[NDArray[np.float32], float]:
    """Return frames (n, 1024) that overlap by half, without the silent ones, and the swing.

    There is at least one frame; a sound of three frames or fewer is over at once and swings.
    """
    padded = np.pad(waveform, (0, max(0, FRAME - len(waveform)) + HOP))
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP]
    energy = (frames**2).mean(axis=1)
    middle = np.median(energy) if len(energy) > BRIEF_FRAMES else 0.0
    swing_db = 10 * np.log10((energy.max() + 1e-12) / (middle + 1e-12))
    return frames[energy >= energy.max() * 10 ** (-AUDIBLE_DB / 10)], float(swing_db)


def _fingerprint(log_bands: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return the mean bands of equal parts of the frames; few frames are repeated."""
    repeated = np.repeat(log_bands, -(-PARTS // len(log_bands)), axis=0)
    edges = np.linspace(0, len(repeated), PARTS + 1).astype(int)[:-1]
    counts = np.diff([*edges, len(repeated)])
    parts = np.add.reduceat(repeated, edges, axis=0) / counts[:, None]
    return (parts - parts.mean()).astype(np.float32)


def _tonality(power: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the highest autocorrelation of every frame over the periods that are tried.

    A window fades the autocorrelation towards long periods; dividing by its own undoes that.
    """
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(FRAME), N_FFT)) ** 2)
    fading = window[SHORTEST_LAG:LONGEST_LAG] / window[0]
    correlation = np.fft.irfft(power)
    correlation = correlation[:, SHORTEST_LAG:LONGEST_LAG] / correlation[:, :1]
    return np.clip((correlation / fading).max(axis=1), 0, 1)


def _clipped_share(waveform: Waveform, peak: float) -> float:
    """Return the part of the samples that lie in runs at the extreme."""
    at_extreme = np.abs(waveform) >= 0.999 * peak
    if peak <= 0 or len(waveform) < CLIPPED_RUN:
        return 0.0
    runs = np.lib.stride_tricks.sliding_window_view(at_extreme, CLIPPED_RUN).all(axis=1)
    return float(runs.mean())


@lru_cache(maxsize=1)
def _band_filters() -> NDArray[np.float64]:
    """Return weights (frequencies, bands) of triangles, spaced evenly in mels."""
    highest = 2595 * np.log10(1 + SAMPLE_RATE / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, highest, BANDS + 2) / 2595) - 1)
    hz = np.fft.rfftfreq(N_FFT, 1 / SAMPLE_RATE)[:, None]
    rising = (hz - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - hz) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0, np.minimum(rising, falling))
    return triangles / np.maximum(triangles.sum(axis=0), 1e-9)
