"""Where a layer's samples come from: a sound, read anywhere at the arrangement's rate.

A resampler that streams would give other samples after a jump. So the sound at the other rate is
made of blocks whose places are fixed, each of them computed from the same samples whenever it is
needed: what is read does not depend on the order, nor on the spans. From the sound resampled at
once, with silence around it, it differs by rounding: 2e-7 of full scale, or 2e-6 at odd rates.
"""

import math
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soxr

from core.api.arrays import FloatArray
from core.api.region import Span
from core.arrangement.layer import length_at
from core.runtime.file_pages import drop_mapped_pages

_BLOCK_SAMPLES = 1 << 14  # of the result; at least
_MOST_BLOCKS = 4  # kept: a loop of a second needs no more
_REACH_SAMPLES = 256  # of the slower rate: farther away soxr's filter is below float32's rounding


@dataclass(frozen=True, slots=True, eq=False)
class SoundSource:
    """The samples of a sound as it is; they may be a memory map of a file on the disk.

    Attributes:
        samples: (n,) or (n, channels), float32, full scale = 1; never changed.
        sample_rate: Samples a second.
    """

    samples: FloatArray
    sample_rate: int

    @classmethod
    def of_file(cls, path: Path) -> "SoundSource":
        """The sound in a file; a long one is copied to a file without a name.

        Raises:
            AudioFileError: It is no readable sound, or is empty or damaged.
            DiskError: There is no room for its samples.
        """
        from core.sound_files.audio_file import read_waveform  # opens libsndfile

        return cls(*read_waveform(path))

    @property
    def channels(self) -> int:
        """How many channels it has."""
        return 1 if self.samples.ndim == 1 else self.samples.shape[1]

    def length_at(self, sample_rate: int) -> int:
        """Its samples at another rate: the `sound_length` of its layers."""
        return length_at(len(self.samples), self.sample_rate, sample_rate)


class SourceReader:
    """Reads a sound at any place, at another rate and with other channels.

    One channel is heard on both sides; of others the average is. Memory does not depend on the
    length. One thread at a time.

    Args:
        source: The sound.
        sample_rate: Samples a second of the result.
        channels: Channels of the result, 1 or 2.

    Attributes:
        num_samples: Samples of the result.
    """

    def __init__(self, source: SoundSource, sample_rate: int, channels: int) -> None:
        self.num_samples = source.length_at(sample_rate)
        self._source, self._channels = source, channels
        self._rates = source.sample_rate, sample_rate
        common = math.gcd(*self._rates)
        self._own_step, self._step = source.sample_rate // common, sample_rate // common
        # A block begins where a sample of the result is one of the sound too.
        self._steps_a_block = -(-_BLOCK_SAMPLES // self._step)
        reach = _REACH_SAMPLES * max(1.0, self._own_step / self._step)
        self._reach_steps = math.ceil(reach / self._own_step)
        self._blocks: OrderedDict[int, FloatArray] = OrderedDict()

    def read(self, span: Span) -> FloatArray:
        """Samples (n, channels) of any span; around the sound lies silence."""
        if self._own_step == self._step:
            return self._on_channels(self._own_samples(span))
        samples = np.zeros((span.length, self._channels), np.float32)
        size = self._steps_a_block * self._step
        inside = span.intersect(Span(0, self.num_samples))
        for number in range(inside.start // size, -(-inside.stop // size)):
            place = Span(number * size, (number + 1) * size)
            part = place.intersect(inside)
            block = self._block(number)[part.shift(-place.start).slice]
            samples[part.shift(-span.start).slice] = block
        return samples

    def release(self) -> None:
        """Forget what is kept for the next read."""
        self._blocks.clear()

    def _block(self, number: int) -> FloatArray:
        """A block of the result, (n, channels); those that were used last are kept."""
        block = self._blocks.pop(number, None)
        if block is None:
            block = self._resampled(number * self._steps_a_block)
        self._blocks[number] = block
        if len(self._blocks) > _MOST_BLOCKS:
            self._blocks.popitem(last=False)
        return block

    def _resampled(self, first_step: int) -> FloatArray:
        """The block of the result that begins with a step, computed with its surroundings."""
        steps = Span(first_step - self._reach_steps, first_step + self._steps_a_block)
        steps = Span(steps.start, steps.stop + self._reach_steps)
        known = self._own_samples(steps.scale(self._own_step))
        if self._channels == 1 or known.shape[1] > self._channels:
            known = self._on_channels(known)
        resampled = soxr.resample(np.ascontiguousarray(known), *self._rates, quality="HQ")
        inside = Span(self._reach_steps, self._reach_steps + self._steps_a_block)
        return self._on_channels(resampled[inside.scale(self._step).slice])

    def _own_samples(self, span: Span) -> FloatArray:
        """Samples (n, channels) of the sound as it is, with silence around it."""
        samples = self._source.samples
        own = samples[:, None] if samples.ndim == 1 else samples
        inside = span.intersect(Span(0, len(own)))
        padded = np.zeros((span.length, own.shape[1]), np.float32)
        padded[inside.shift(-span.start).slice] = own[inside.slice]
        drop_mapped_pages(own[inside.slice])
        return padded

    def _on_channels(self, samples: FloatArray) -> FloatArray:
        """Samples (n, c) as (n, channels): as they are, or their average on each channel."""
        if samples.shape[1] == self._channels:
            return samples
        average = samples.mean(axis=1, keepdims=True, dtype=np.float32)
        return np.repeat(average, self._channels, axis=1)
