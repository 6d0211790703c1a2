"""Where a layer's samples come from: a sound, read anywhere in the form of the mix."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.api.arrays import FloatArray
from core.api.region import Span
from core.arrangement.layer import length_at
from core.runtime.file_pages import drop_mapped_pages
from core.sound_files.resampling import PlacedResampler


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

    One channel is heard on both sides; of others the average is. What is read does not depend on
    the spans, to the bit, and memory not on the length. One thread at a time.

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
        self._resampler = None
        if source.sample_rate != sample_rate:
            self._resampler = PlacedResampler(self._known, source.sample_rate, sample_rate)

    def read(self, span: Span) -> FloatArray:
        """Samples (n, channels) of any span; around the sound lies silence."""
        if self._resampler is None:
            return self._on_channels(self._known(span))
        samples = np.zeros((span.length, self._channels), np.float32)
        inside = span.intersect(Span(0, self.num_samples))
        if inside.length:
            resampled = self._on_channels(self._resampler.read(inside))
            samples[inside.shift(-span.start).slice] = resampled
        return samples

    def release(self) -> None:
        """Forget what is kept for the next read."""
        if self._resampler is not None:
            self._resampler.release()

    def _known(self, span: Span) -> FloatArray:
        """Samples at the sound's own rate, averaged where they have more channels than the mix."""
        samples = self._source.samples
        own = samples[:, None] if samples.ndim == 1 else samples
        inside = span.intersect(Span(0, len(own)))
        padded = np.zeros((span.length, own.shape[1]), np.float32)
        padded[inside.shift(-span.start).slice] = own[inside.slice]
        drop_mapped_pages(own[inside.slice])
        return padded if own.shape[1] in (1, self._channels) else _average(padded)

    def _on_channels(self, samples: FloatArray) -> FloatArray:
        """Samples (n, channels) as they are, or one channel on both sides."""
        if samples.shape[1] == self._channels:
            return samples
        return np.repeat(samples, self._channels, axis=1)


def _average(samples: FloatArray) -> FloatArray:
    """The average (n, 1) of all channels."""
    average: FloatArray = samples.mean(axis=1, keepdims=True, dtype=np.float32)
    return average
