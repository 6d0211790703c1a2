"""Renders a sound for its export, block by block, any number of times.

An hour at 48 kHz would fill gigabytes, so the sound is measured in one pass and written in
another, and neither holds more than a block.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from core.api.arrays import FloatArray
from core.api.errors import InvalidRequestError
from core.api.region import Span
from core.api.request import PromptSegment
from core.api.take import Marker
from core.sound_files.export.settings import ExportSettings
from core.sound_files.export.shaping import fade_gains, on_channels, time_range, trim_silence
from core.sound_files.reading.cue_points import CuePoint
from core.sound_files.resampling import resampled_channels

_BLOCK_FRAMES = 1 << 17


class SampleSource(Protocol):
    """A sound that is read when it is needed, such as a mix.

    Attributes:
        num_samples: Its length.
        channels: Its channels.
    """

    num_samples: int
    channels: int

    def read(self, span: Span) -> FloatArray:
        """Samples (n,) or (n, channels) of a span in it, full scale = 1."""


class ExportRendering:
    """The stretch of a sound, trimmed, resampled and faded, before normalisation.

    Args:
        samples: The sound, (n,) or (n, channels), full scale = 1; never changed.
        sample_rate: Its samples a second.
        settings: The export settings.

    Attributes:
        span: The samples of the sound that are used.
        sample_rate: Samples a second of the result.
        channels: Its channels.
        num_frames: Its exact length: that of the span, or round(length x rate / rate of the sound).

    Raises:
        InvalidRequestError: Nothing is left to save.
    """

    def __init__(
        self, samples: FloatArray | SampleSource, sample_rate: int, settings: ExportSettings
    ) -> None:
        source = _ArraySource(samples) if isinstance(samples, np.ndarray) else samples
        self.span = time_range(source.num_samples, sample_rate, settings.start_s, settings.stop_s)
        if self.span.length == 0:
            raise InvalidRequestError(
                "start_s", "The stretch to save lies beyond the end of the sound."
            )
        if settings.trim_silence:
            self.span = trim_silence(source.read, self.span)
        if self.span.length == 0:
            raise InvalidRequestError(
                "trim_silence",
                "There is only silence in this stretch, and trimming leaves nothing of it; turn "
                "trimming off to save it as it is.",
            )
        self._source = source
        self._source_rate = sample_rate
        self.channels = settings.written_channels(source.channels)
        self._settings = settings
        self.sample_rate = settings.written_rate(sample_rate)
        self.num_frames = max(1, round(self.span.length * self.sample_rate / sample_rate))

    def blocks(self) -> Iterator[FloatArray]:
        """Yield every frame exactly once and in order, in blocks (channels, n)."""
        settings = self._settings
        fade_in = round(settings.fade_in_s * self.sample_rate)
        fade_out = round(settings.fade_out_s * self.sample_rate)
        start = 0
        for piece in _exact_length(self._resampled(), self.num_frames):
            place = Span(start, start + piece.shape[1])
            start = place.stop
            if fade_in or fade_out:
                yield piece * fade_gains(place, self.num_frames, fade_in, fade_out)
            else:
                yield piece

    def cues(
        self, prompts: Sequence[PromptSegment], markers: Sequence[Marker] = ()
    ) -> tuple[CuePoint, ...]:
        """A cue point for each of several prompts that is heard in the stretch, and each marker.

        A prompt that begins before the stretch has its point at the first frame.
        """
        starts = [round(one.start_s * self._source_rate) for one in prompts]
        stops = [*starts, self.span.stop][1:]
        heard = [
            (max(start, self.span.start), one.prompt)
            for one, start, stop in zip(prompts, starts, stops, strict=True)
            if len(prompts) > 1 and start < self.span.stop and stop > self.span.start
        ]
        marked = [(round(one.time_s * self._source_rate), one.name) for one in markers]
        marked = [one for one in marked if self.span.start <= one[0] <= self.span.stop]
        frames_a_sample = self.sample_rate / self._source_rate
        return tuple(
            CuePoint(round((sample - self.span.start) * frames_a_sample), label)
            for sample, label in sorted([*heard, *marked])
        )

    def _resampled(self) -> Iterator[FloatArray]:
        blocks = (self._source.read(place) for place in _places(self.span))
        pieces = (on_channels(block, self.channels) for block in blocks)
        if self.sample_rate == self._source_rate:
            yield from pieces
        else:
            rates = self._source_rate, self.sample_rate
            yield from resampled_channels(pieces, *rates, self.channels)


def report_progress(
    pieces: Iterator[FloatArray], num_frames: int, report: Callable[[float], None]
) -> Iterator[FloatArray]:
    """Yield the same pieces (channels, n); `report` gets the part of `num_frames` that is done.

    `report` may raise to stop.
    """
    done = 0
    for piece in pieces:
        report(done / num_frames)
        yield piece
        done += piece.shape[1]
    report(1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _ArraySource:
    """Samples (n,) or (n, channels) that are there, in memory or mapped."""

    samples: FloatArray

    @property
    def num_samples(self) -> int:
        return len(self.samples)

    @property
    def channels(self) -> int:
        return 1 if self.samples.ndim == 1 else self.samples.shape[1]

    def read(self, span: Span) -> FloatArray:
        return self.samples[span.slice]


def _places(span: Span) -> Iterator[Span]:
    for start in range(span.start, span.stop, _BLOCK_FRAMES):
        yield Span(start, min(start + _BLOCK_FRAMES, span.stop))


def _exact_length(pieces: Iterator[FloatArray], num_frames: int) -> Iterator[FloatArray]:
    """Yield exactly `num_frames`: a resampler may give a frame more or less at the end."""
    num_left, channels = num_frames, 1
    for piece in pieces:
        channels, length = piece.shape
        if length and num_left:
            yield piece[:, :num_left]
            num_left -= min(num_left, length)
    if num_left:
        yield np.zeros((channels, num_left), np.float32)
