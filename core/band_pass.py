"""A band-pass filter that moves nothing along time."""

import numpy as np

from core.api.arrays import FloatArray

_REACH_S = 0.064  # half the length of the filter: the longer it is, the sharper are its edges
_STOP_DB = 80.0


class BandPass:
    """Passes what lies between two frequencies.

    It is a windowed sinc (Kaiser, *Nonrecursive Digital Filter Design Using the I0-sinh Window
    Function*, 1974), so its phase is linear. At an edge it is 6 dB softer, and from 20 Hz beyond it
    on 80 dB.

    Attributes:
        reach: Samples on either side that a sample of the result depends on.

    Args:
        band_hz: Lower and upper edge; at or beyond 0 and half the sample rate there is none.
        sample_rate: Samples a second.
    """

    def __init__(self, band_hz: tuple[float, float], sample_rate: int) -> None:
        self.reach = round(_REACH_S * sample_rate)
        places = np.arange(-self.reach, self.reach + 1)
        low, high = (min(max(edge / sample_rate, 0.0), 0.5) for edge in band_hz)
        sinc = 2 * high * np.sinc(2 * high * places) - 2 * low * np.sinc(2 * low * places)
        self._taps = sinc * np.kaiser(len(places), 0.1102 * (_STOP_DB - 8.7))

    def filtered(self, samples: FloatArray) -> FloatArray:
        """Filter samples with `reach` more on either side: (n + 2 * reach, ...) to (n, ...)."""
        size = 1 << (len(samples) - 1).bit_length()
        taps = np.fft.rfft(self._taps, size).reshape(-1, *(1,) * (samples.ndim - 1))
        spectrum = np.fft.rfft(samples, size, axis=0) * taps
        result: FloatArray = np.fft.irfft(spectrum, size, axis=0).astype(np.float32)
        return result[2 * self.reach : len(samples)]
