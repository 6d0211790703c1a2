"""A clip of which one band of frequencies is heard alone."""

import numpy as np

from app.playback.sample_buffer import SampleBuffer
from core.api.arrays import FloatArray
from core.api.region import Span

_REACH_S = 0.064
"""Half the length of the filter; the longer it is, the sharper are the edges of the band."""
_STOP_DB = 80.0


class BandSound:
    """Reads a SampleBuffer through a band-pass that moves nothing along time.

    The filter is a windowed sinc (Kaiser, *Nonrecursive Digital Filter Design Using the I0-sinh
    Window Function*, 1974), so its phase is linear, and its delay is taken back by reading as many
    samples ahead: what is heard is where the picture shows it. At an edge it is 6 dB softer, and
    from 20 Hz beyond it on 80 dB.

    Attributes:
        sample_rate: Samples a second.
        grows: Whether nobody knows how long the clip will be.
        channels: 1, or 2 for left and right.

    Args:
        buffer: The clip, which may still be growing.
        band_hz: Lower and upper edge; at or beyond 0 and half the sample rate there is none.
    """

    def __init__(self, buffer: SampleBuffer, band_hz: tuple[float, float]) -> None:
        self.sample_rate, self.grows = buffer.sample_rate, buffer.grows
        self.channels = buffer.channels
        self._buffer = buffer
        self._reach = round(_REACH_S * buffer.sample_rate)
        self._taps = _band_pass(band_hz, buffer.sample_rate, self._reach)

    @property
    def available(self) -> int:
        """Samples that can be heard, from the beginning on: the filter hears those after them."""
        behind = 0 if self.is_complete else self._reach
        return max(0, self._buffer.available - behind)

    @property
    def is_complete(self) -> bool:
        """Whether the clip will not grow any more."""
        return self._buffer.is_complete

    def read(self, span: Span) -> FloatArray:
        """Return the available part of a span, from its start on; silence lies around the clip."""
        heard = span.intersect(Span(0, self.available))
        first, last = heard.start - self._reach, heard.stop + self._reach
        samples = self._buffer.read(Span(max(first, 0), last))
        if not heard.length:
            return samples[:0]
        padded = np.zeros((self.channels, last - first), np.float32)
        before = max(-first, 0)
        padded[:, before : before + len(samples)] = samples.T
        size = 1 << (last - first - 1).bit_length()
        spectrum = np.fft.rfft(padded, size) * np.fft.rfft(self._taps, size)
        filtered = np.fft.irfft(spectrum, size).astype(np.float32)
        alone: FloatArray = filtered[:, 2 * self._reach :][:, : heard.length].T
        return alone.reshape(heard.length, *samples.shape[1:])


def _band_pass(band_hz: tuple[float, float], sample_rate: int, reach: int) -> FloatArray:
    """Return the 2 * reach + 1 taps, the middle one for the sample itself."""
    places = np.arange(-reach, reach + 1)
    low, high = (min(max(edge / sample_rate, 0.0), 0.5) for edge in band_hz)
    sinc = 2 * high * np.sinc(2 * high * places) - 2 * low * np.sinc(2 * low * places)
    window = np.kaiser(len(places), 0.1102 * (_STOP_DB - 8.7))
    taps: FloatArray = (sinc * window).astype(np.float32)
    return taps
