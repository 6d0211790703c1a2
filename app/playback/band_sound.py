"""A clip of which one band of frequencies is heard alone."""

import numpy as np

from app.playback.sample_buffer import Clip
from core.api.arrays import FloatArray
from core.api.region import Span
from core.band_pass import BandPass


class BandSound:
    """Reads a clip through a BandPass: what is heard is where the picture shows it.

    Attributes:
        sample_rate: Samples a second.
        grows: Whether nobody knows how long the clip will be.
        channels: 1, or 2 for left and right.

    Args:
        clip: The sound, which may still be growing.
        band_hz: Lower and upper edge; at or beyond 0 and half the sample rate there is none.
    """

    def __init__(self, clip: Clip, band_hz: tuple[float, float]) -> None:
        self.sample_rate, self.grows = clip.sample_rate, clip.grows
        self.channels = clip.channels
        self._clip = clip
        self._filter = BandPass(band_hz, clip.sample_rate)

    @property
    def available(self) -> int:
        """Samples that can be heard, from the beginning on: the filter hears those after them."""
        behind = 0 if self.is_complete else self._filter.reach
        return max(0, self._clip.available - behind)

    @property
    def is_complete(self) -> bool:
        """Whether the clip will not grow any more."""
        return self._clip.is_complete

    def read(self, span: Span) -> FloatArray:
        """Return the available part of a span, from its start on; silence lies around the clip."""
        heard = span.intersect(Span(0, self.available))
        first, last = heard.start - self._filter.reach, heard.stop + self._filter.reach
        samples = self._clip.read(Span(max(first, 0), last))
        if not heard.length:
            return samples[:0]
        padded = np.zeros((last - first, *samples.shape[1:]), np.float32)
        before = max(-first, 0)
        padded[before : before + len(samples)] = samples
        return self._filter.filtered(padded)
