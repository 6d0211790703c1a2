"""Mixes an arrangement: the sum of its layers, read anywhere, block by block.

Every sample is computed from those of the layers in the same way, whichever span is read: the mix
does not depend on the blocks, to the bit. Memory does not depend on the length.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from core.api.arrays import FloatArray
from core.api.region import Span
from core.arrangement.arrangement import Arrangement
from core.arrangement.gains import as_factor, envelope, has_fade
from core.arrangement.layer import Layer
from core.arrangement.sound_source import SoundSource, SourceReader

BLOCK_SAMPLES = 1 << 13


class Mix:
    """What is heard of an arrangement. One thread at a time; every thread may have its own.

    Args:
        arrangement: The arrangement; of a changed one make another mix, which costs little.
        sources: The sounds by their ids; those of layers that are not heard may be missing.

    Attributes:
        sample_rate: Samples a second.
        channels: 1, or 2 for left and right.
        num_samples: Its length, up to the end of the last layer, heard or not.

    Raises:
        KeyError: The sound of a layer that is heard is missing.
    """

    def __init__(self, arrangement: Arrangement, sources: Mapping[str, SoundSource]) -> None:
        self.sample_rate = arrangement.sample_rate
        self.channels = arrangement.num_channels
        self.num_samples = arrangement.num_samples
        gains = {one.track_id: one.gain_db for one in arrangement.tracks}
        self._voices = [
            _Voice(
                layer,
                as_factor(gains[layer.track_id]),
                SourceReader(sources[layer.sound_id], self.sample_rate, self.channels),
            )
            for layer in arrangement.heard_layers
        ]

    def read(self, span: Span) -> FloatArray:
        """Samples of any span, 32-bit floats that may exceed full scale.

        Returns:
            (n,) for one channel, else (n, channels), as a take has them.
        """
        samples = np.zeros((span.length, self.channels), np.float32)
        for start in range(span.start, span.stop, BLOCK_SAMPLES):
            block = Span(start, min(start + BLOCK_SAMPLES, span.stop))
            for voice in self._voices:
                voice.add_to(samples[block.shift(-span.start).slice], block)
        return samples[:, 0] if self.channels == 1 else samples

    def blocks(self, block_samples: int = BLOCK_SAMPLES) -> Iterator[FloatArray]:
        """Yield all samples in order, in blocks as `read` returns them."""
        for start in range(0, self.num_samples, block_samples):
            yield self.read(Span(start, min(start + block_samples, self.num_samples)))


def stem(arrangement: Arrangement, track_id: int) -> Arrangement:
    """An arrangement as long as another one, in which one of its heard tracks is heard alone.

    Law: the mixes of all stems sum to the mix, up to the rounding of sums in 32-bit floats.
    """
    tracks = (replace(one, is_soloed=one.track_id == track_id) for one in arrangement.tracks)
    return replace(arrangement, tracks=tuple(tracks))


class _Voice:
    """A layer that is heard.

    Args:
        layer: The layer.
        track_gain: The gain of its track, as a factor.
        reader: Reads its sound.
    """

    def __init__(self, layer: Layer, track_gain: float, reader: SourceReader) -> None:
        self._layer, self._track_gain, self._reader = layer, track_gain, reader
        self._gain = np.float32(track_gain * as_factor(layer.gain_db))

    def add_to(self, block: FloatArray, place: Span) -> None:
        """Add what it plays on a place of the time axis to a block (n, channels)."""
        played = place.intersect(self._layer.place)
        if not played.length or not self._gain:
            self._reader.release()  # the memory is that of the layers that are heard now
            return
        part = played.shift(-self._layer.start)
        block[played.shift(-place.start).slice] += self._samples(part) * self._gains(part)

    def _samples(self, part: Span) -> FloatArray:
        """Samples (n, channels) of a part of the layer, before its gain."""
        layer, period = self._layer, self._layer.span.length
        if not layer.is_looped:
            return self._reader.read(part.shift(layer.span.start))
        first = (layer.loop_phase + part.start) % period
        if period <= BLOCK_SAMPLES:
            places = (first + np.arange(part.length)) % period
            return self._reader.read(layer.span)[places]
        pieces, left = [], part.length
        while left:
            length = min(left, period - first)
            pieces.append(self._reader.read(Span(first, first + length).shift(layer.span.start)))
            first, left = 0, left - length
        return np.concatenate(pieces)

    def _gains(self, part: Span) -> FloatArray:
        """The gains of a part of the layer: (n, 1), or (1, 1) where no fade is."""
        if not has_fade(self._layer, part.start, part.stop):
            return np.full((1, 1), self._gain)
        middles = np.arange(part.start, part.stop, dtype=np.float64) + 0.5
        gains = self._track_gain * envelope(self._layer, middles)
        return gains.astype(np.float32)[:, None]
