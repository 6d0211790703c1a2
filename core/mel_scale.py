"""The mel axis: the frequencies of a spectrogram's bins, computed without torch.

Slaney's scale is linear below 1 kHz and logarithmic above (Slaney, *Auditory Toolbox*, 1998); it
is the scale of AudioLDM. The window labels its axis with these functions, so they need NumPy only.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

DoubleArray = NDArray[np.float64]
FloatOrArray = TypeVar("FloatOrArray", float, DoubleArray)

_LINEAR_HZ_PER_MEL = 200 / 3
_KNEE_HZ = 1000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ_PER_MEL
_LOG_STEP = np.log(6.4) / 27


@dataclass(frozen=True)
class MelParams:
    """The geometry of a log-mel spectrogram; the defaults are AudioLDM's.

    Attributes:
        sample_rate: Samples a second of the waveform.
        n_fft: Length of window and transform, in samples.
        hop_length: Samples from one frame to the next.
        n_mels: Number of mel bins.
        fmin: Lower edge of the lowest bin, in Hz.
        fmax: Upper edge of the highest bin, in Hz.
    """

    sample_rate: int = 16000
    n_fft: int = 1024
    hop_length: int = 160
    n_mels: int = 64
    fmin: float = 0.0
    fmax: float = 8000.0

    @property
    def frames_per_second(self) -> float:
        """Mel frames in one second of sound."""
        return self.sample_rate / self.hop_length

    @property
    def edge_padding(self) -> int:
        """Samples added at either end, so that n samples give n // hop_length frames."""
        return (self.n_fft - self.hop_length) // 2

    def frames_of(self, samples: int) -> int:
        """Return the number of mel frames of a waveform of `samples` samples."""
        return samples // self.hop_length


def hz_to_mel(hz: FloatOrArray) -> FloatOrArray:
    """Return the position of a frequency on Slaney's mel scale."""
    octave = np.log(np.maximum(hz, _KNEE_HZ) / _KNEE_HZ)
    mel = np.where(
        np.less(hz, _KNEE_HZ), np.divide(hz, _LINEAR_HZ_PER_MEL), _KNEE_MEL + octave / _LOG_STEP
    )
    return mel if isinstance(hz, np.ndarray) else float(mel)


def mel_to_hz(mel: FloatOrArray) -> FloatOrArray:
    """Return the frequency in Hz of a position on Slaney's mel scale; inverse of `hz_to_mel`."""
    above = np.maximum(mel, _KNEE_MEL) - _KNEE_MEL
    hz = np.where(
        np.less(mel, _KNEE_MEL),
        np.multiply(mel, _LINEAR_HZ_PER_MEL),
        _KNEE_HZ * np.exp(above * _LOG_STEP),
    )
    return hz if isinstance(mel, np.ndarray) else float(hz)


def _mel_edges(params: MelParams) -> tuple[float, float, float]:
    """Return the lowest edge, the highest edge and the step between bins, in mel."""
    low, high = hz_to_mel(params.fmin), hz_to_mel(params.fmax)
    return low, high, (high - low) / (params.n_mels + 1)


def bin_to_hz(mel_bin: FloatOrArray, params: MelParams) -> FloatOrArray:
    """Return the centre frequency in Hz of a mel bin; fractions lie between the centres."""
    low, _, step = _mel_edges(params)
    return mel_to_hz(low + (mel_bin + 1) * step)


def hz_to_bin(hz: FloatOrArray, params: MelParams) -> FloatOrArray:
    """Return the (fractional) mel bin whose centre is at a frequency; inverse of `bin_to_hz`."""
    low, _, step = _mel_edges(params)
    return (hz_to_mel(hz) - low) / step - 1


def edge_to_hz(edge: float, params: MelParams) -> float:
    """Return the frequency in Hz of the lower edge of a bin, half a bin below its centre.

    The first bin reaches down to `fmin`, and the last one up to `fmax`.
    """
    if edge <= 0:
        return params.fmin
    return params.fmax if edge >= params.n_mels else bin_to_hz(edge - 0.5, params)


def mel_filter_bank(params: MelParams) -> DoubleArray:
    """Return triangular filters over the bins of the Fourier transform, each of unit area.

    Returns:
        Weights of shape (n_mels, n_fft // 2 + 1). A filter's height is 2 / (width in Hz)
        (Slaney's norm), so that white noise gives the same value in every bin.
    """
    low, high, _ = _mel_edges(params)
    edges_hz = mel_to_hz(np.linspace(low, high, params.n_mels + 2))
    fft_hz = np.linspace(0, params.sample_rate / 2, params.n_fft // 2 + 1)
    left, centre, right = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising = (fft_hz - left) / (centre - left)
    falling = (right - fft_hz) / (right - centre)
    triangles = np.maximum(0, np.minimum(rising, falling))
    return np.asarray(triangles * 2 / (right - left))
