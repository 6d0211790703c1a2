"""The clip being played, which may still be growing: written by the engine, read by the player."""

import threading
from typing import Protocol

from app.playback.sample_store import DiskSamples, MemorySamples, SampleStore
from app.view_models.transport.peak_pyramid import PeakPyramid
from core.api.arrays import FloatArray
from core.api.errors import DiskError
from core.api.region import Span

_MOST_IN_MEMORY = 1 << 21
"""Samples of a clip: two minutes at 16 kHz take 8 MB; what is longer is kept on the disk."""


class Clip(Protocol):
    """What can be played: samples by their places, which may still be growing.

    Attributes:
        sample_rate: Samples a second.
        channels: 1, or 2 for left and right.
        grows: Whether nobody knows how long the clip will be.
    """

    sample_rate: int
    channels: int
    grows: bool

    @property
    def available(self) -> int:
        """Samples that can be heard, from the beginning without a gap."""

    @property
    def is_complete(self) -> bool:
        """Whether the clip will not grow any more."""

    def read(self, span: Span) -> FloatArray:
        """Return the available part of a span, (n,) or (n, channels), from its start on."""


class SampleBuffer:
    """Samples of one clip, full scale = 1; safe from any thread.

    Attributes:
        peaks: Its extremes, for drawing it.
        channel_peaks: Those of each channel.
        channels: 1, or 2 for left and right.

    Args:
        sample_rate: Samples a second.
        num_samples: Length of the clip once it is complete.
        grows: Whether nobody knows that length: then it is only what there is room for, which
            is made larger whenever it is not enough.
        channels: Its channels.
    """

    def __init__(
        self, sample_rate: int, num_samples: int, *, grows: bool = False, channels: int = 1
    ) -> None:
        self.sample_rate, self.channels = sample_rate, channels
        self.grows = grows
        self._num_samples = num_samples
        self._samples = self._make_store()
        self.peaks = PeakPyramid(num_samples)
        self.channel_peaks: tuple[PeakPyramid, ...] = (self.peaks,)
        if channels > 1:
            self.channel_peaks = tuple(PeakPyramid(num_samples) for _ in range(channels))
        self._filled = Span(0, 0)
        self._ahead: list[Span] = []  # spans that arrived before those that precede them
        self._is_complete = num_samples == 0 and not grows
        # The engine's thread appends and the player's reads: both move the place in the file, and
        # the store may be another after an append. Numbers that are read alone need no lock.
        self._lock = threading.Lock()

    @property
    def num_samples(self) -> int:
        """Length of the clip once it is complete, or the room there is for it."""
        return self._num_samples

    @property
    def available(self) -> int:
        """Samples that can be heard, from the beginning without a gap."""
        return self._filled.stop

    @property
    def is_complete(self) -> bool:
        """Whether the clip will not grow any more."""
        return self._is_complete

    def append(self, start_sample: int, samples: FloatArray) -> None:
        """Write samples (n,) or (n, channels) at their place; those beyond the end are dropped."""
        with self._lock:
            if self.grows:
                self._make_room(start_sample + len(samples))
            clip = Span(0, self._num_samples)
            span = Span(start_sample, start_sample + len(samples)).intersect(clip)
            self._write(span.start, samples[: span.length])
            self._note_peaks(span.start, samples[: span.length])
            self._ahead.append(span)
            self._join()

    def _note_peaks(self, start_sample: int, samples: FloatArray) -> None:
        self.peaks.write(start_sample, samples)
        if self.channels > 1:
            for channel, peaks in enumerate(self.channel_peaks):
                peaks.write(start_sample, samples[:, channel])

    def finish(self) -> None:
        """Note that no more samples will come, even if the clip is shorter than announced."""
        self._is_complete = True

    def read(self, span: Span) -> FloatArray:
        """Return a copy of the available part of a span, from its start on."""
        with self._lock:
            return self._samples.read(span.intersect(self._filled))

    def _make_store(self) -> SampleStore:
        if not self.grows and self._num_samples <= _MOST_IN_MEMORY:
            return MemorySamples(self._num_samples, self.channels)
        try:
            return DiskSamples(self.channels)
        except DiskError:
            if self.grows:
                raise
            return MemorySamples(self._num_samples, self.channels)

    def _write(self, start_sample: int, samples: FloatArray) -> None:
        try:
            self._samples.write(start_sample, samples)
        except DiskError:
            if self.grows:  # nobody knows how much memory it would take
                raise
            self._move_to_memory()
            self._samples.write(start_sample, samples)

    def _move_to_memory(self) -> None:
        """Keep a clip of known length in memory where the disk is full."""
        memory = MemorySamples(self._num_samples, self.channels)
        for span in (self._filled, *self._ahead):
            memory.write(span.start, self._samples.read(span))
        self._samples = memory

    def _make_room(self, num_samples: int) -> None:
        """Make room for half as much again, so that it is seldom needed."""
        if num_samples > self._num_samples:
            self._num_samples = max(num_samples, self._num_samples * 3 // 2)
            self.peaks = self.peaks.longer(self._num_samples)
            longer = tuple(peaks.longer(self._num_samples) for peaks in self.channel_peaks)
            self.channel_peaks = longer if self.channels > 1 else (self.peaks,)

    def _join(self) -> None:
        """Extend the part without gaps by the spans that now touch it."""
        self._ahead.sort()
        while self._ahead and self._ahead[0].start <= self.available:
            stop = max(self.available, self._ahead.pop(0).stop)
            self._filled = Span(0, stop)
        if self.available == self._num_samples and not self.grows:
            self._is_complete = True
