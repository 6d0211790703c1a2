"""A sound put together of parts, each of which knows its samples only when they are asked for.

So an edit of an hour of sound needs the memory of one block: the result lies on the disk where it
is long.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from core.api.arrays import FloatArray
from core.api.region import Span
from core.editing.clip_sound import IN_MEMORY_BYTES
from core.editing.sound_form import over_channels
from core.mel import LOG_FLOOR, MelParams
from core.runtime.file_pages import drop_mapped_pages
from core.runtime.spool import Spool
from core.sound_files.resampling import resampled
from core.sound_files.source_preview import log_mel_stretches

_BLOCK_SAMPLES = 1 << 18
_STRETCH_FRAMES = 1024


@dataclass(frozen=True, slots=True)
class Part:
    """Some samples of a sound.

    Attributes:
        length: How many.
        read: Returns a span of them, (n,) or (n, channels).
    """

    length: int
    read: Callable[[Span], FloatArray]


def copied(samples: FloatArray, span: Span) -> Part:
    """A span of samples as it is."""
    return Part(span.length, lambda part: samples[part.shift(span.start).slice])


def amplified(samples: FloatArray, span: Span, gains: Callable[[Span], FloatArray]) -> Part:
    """A span of samples, times gains (n,) that are asked for by places in it."""

    def read(part: Span) -> FloatArray:
        known = samples[part.shift(span.start).slice]
        return known * over_channels(gains(part), known)

    return Part(span.length, read)


def backwards(samples: FloatArray, span: Span) -> Part:
    """A span of samples from its end to its start."""

    def read(part: Span) -> FloatArray:
        return samples[span.stop - part.stop : span.stop - part.start][::-1]

    return Part(span.length, read)


def fixed(samples: FloatArray) -> Part:
    """Samples that are known already."""
    return Part(len(samples), lambda part: samples[part.slice])


def joined(parts: Sequence[Part], inner: tuple[int, ...]) -> FloatArray:
    """All samples of the parts, in order; on the disk where they are many.

    Args:
        parts: The parts.
        inner: () for samples (n,), (channels,) for samples (n, channels).

    Raises:
        DiskError: There is no room for them.
    """
    num_samples = sum(part.length for part in parts)
    num_bytes = num_samples * int(np.prod(inner, initial=1)) * np.dtype(np.float32).itemsize
    if num_bytes <= IN_MEMORY_BYTES:
        return np.concatenate([np.zeros((0, *inner), np.float32), *blocks(parts)])
    with Spool(inner) as spool:
        for block in blocks(parts):
            spool.append(block)
            drop_mapped_pages(block)
        return spool.mapped()


def blocks(parts: Sequence[Part]) -> Iterator[FloatArray]:
    """All samples of the parts, in order, in blocks that take little memory."""
    for part in parts:
        for start in range(0, part.length, _BLOCK_SAMPLES):
            yield part.read(Span(start, min(start + _BLOCK_SAMPLES, part.length)))


def log_mel_of(samples: FloatArray, sample_rate: int, params: MelParams) -> FloatArray:
    """The log-mel (T, F) of samples (n,) or (n, channels), channels averaged; at least a frame.

    Raises:
        DiskError: There is no room for it.
    """
    pieces = _averaged(samples)
    if sample_rate != params.sample_rate:
        pieces = resampled(pieces, sample_rate, params.sample_rate)
    frames = [*log_mel_stretches(pieces, params, _STRETCH_FRAMES)]
    if not sum(map(len, frames)):
        return np.full((1, params.n_mels), LOG_FLOOR, np.float32)
    return np.concatenate(frames)


def _averaged(samples: FloatArray) -> Iterator[FloatArray]:
    """The average (n,) of all channels, in blocks."""
    for block in blocks([copied(samples, Span(0, len(samples)))]):
        yield block if block.ndim == 1 else block.mean(axis=1, dtype=np.float32)
        drop_mapped_pages(block)
