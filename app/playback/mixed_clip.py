"""A clip that is computed while it is played, block by block: the mix of an arrangement."""

import numpy as np

from app.view_models.transport.peak_pyramid import PeakPyramid
from app.view_models.transport.playback import MixedSound
from core.api.arrays import FloatArray
from core.api.region import Span

_BLOCK = Span(0, 2048)
_MOST_BLOCKS = 64  # the meter and the lamp look at what the feed read a second ago


class MixedClip:
    """Reads a MixedSound, and keeps the blocks that were read last.

    Only the player's thread calls `read`; the window's calls `renew`.

    Attributes:
        sample_rate: Samples a second.
        channels: 1, or 2 for left and right.
        grows: Never: its length is known at any time, though it may change.
        peaks: The extremes of what was read so far.

    Args:
        sound: What is played.
    """

    def __init__(self, sound: MixedSound) -> None:
        self.sample_rate, self.channels, self.grows = sound.sample_rate, sound.channels, False
        self.peaks = PeakPyramid(sound.num_samples)
        self._sound = sound
        self._blocks: dict[int, FloatArray] = {}

    @property
    def num_samples(self) -> int:
        """Its length now."""
        return self._sound.num_samples

    @property
    def available(self) -> int:
        """All of it can be heard."""
        return self._sound.num_samples

    @property
    def is_complete(self) -> bool:
        """Always: what is not read yet is computed when it is."""
        return True

    @property
    def channel_peaks(self) -> tuple[PeakPyramid, ...]:
        """Those of all channels together: an arrangement is not drawn by channel."""
        return (self.peaks,)

    def renew(self) -> None:
        """Note that the sound has changed: what was read before is not used any more."""
        # A block that the player's thread is reading now goes into the former dictionary.
        self._blocks = {}
        if self.num_samples > self.peaks.num_samples:
            self.peaks = self.peaks.longer(self.num_samples)

    def read(self, span: Span) -> FloatArray:
        """Return the samples of a span, as far as the sound goes."""
        wanted = span.intersect(Span(0, self.num_samples))
        blocks, shape = self._blocks, (0,) if self.channels == 1 else (0, self.channels)
        first, last = wanted.start // _BLOCK.length, -(-wanted.stop // _BLOCK.length)
        read = [np.zeros(shape, np.float32), *(self._block(blocks, n) for n in range(first, last))]
        start = first * _BLOCK.length
        return np.concatenate(read)[wanted.start - start : wanted.stop - start]

    def _block(self, blocks: dict[int, FloatArray], number: int) -> FloatArray:
        block = blocks.get(number)
        if block is None:
            start = number * _BLOCK.length
            block = self._sound.read(_BLOCK.shift(start).intersect(Span(0, self.num_samples)))
            self.peaks.write(start, block)
            blocks[number] = block
            if len(blocks) > _MOST_BLOCKS:
                del blocks[next(iter(blocks))]  # the one that was read first
        return block
