"""A band-pass filter that moves nothing along time, and sounds that are heard through it."""

import numpy as np

from core.api.arrays import FloatArray
from core.api.region import Span

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


class BandSamples:
    """The samples of one band of a sound, computed when they are read; silence lies around it.

    Attributes:
        num_samples: Its length.
        channels: Its channels.

    Args:
        samples: The sound, (n,) or (n, channels).
        band_hz: Lower and upper edge.
        sample_rate: Samples a second.
    """

    def __init__(self, samples: FloatArray, band_hz: tuple[float, float], sample_rate: int) -> None:
        self._samples, self._filter = samples, BandPass(band_hz, sample_rate)
        self.num_samples = len(samples)
        self.channels = 1 if samples.ndim == 1 else samples.shape[1]

    def read(self, span: Span) -> FloatArray:
        """Samples (n,) or (n, channels) of a span in the sound."""
        reach = self._filter.reach
        known = Span(max(span.start - reach, 0), min(span.stop + reach, self.num_samples))
        before, after = known.start - (span.start - reach), span.stop + reach - known.stop
        margins = [(before, after), *[(0, 0)] * (self._samples.ndim - 1)]
        return self._filter.filtered(np.pad(self._samples[known.slice], margins))
