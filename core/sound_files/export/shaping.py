"""The steps that shape an export: time range, trimming, fades and dither."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.api.arrays import FloatArray
from core.api.region import Span

SILENCE = 10 ** (-60 / 20)
"""Level below which the ends are trimmed: -60 dB of full scale."""

_BLOCK = 1 << 20


def on_channels(samples: FloatArray, channels: int) -> FloatArray:
    """Samples (n,) or (n, c) as (channels, n): as they are, or their average on each channel."""
    own = samples[:, None] if samples.ndim == 1 else samples
    if own.shape[1] != channels:
        average = own.mean(axis=1, keepdims=True, dtype=np.float32)
        own = np.repeat(average, channels, axis=1)
    return own.T


def time_range(num_samples: int, sample_rate: int, start_s: float, stop_s: float | None) -> Span:
    """The samples of a time range, within the clip."""
    start = min(round(start_s * sample_rate), num_samples)
    stop = num_samples if stop_s is None else min(round(stop_s * sample_rate), num_samples)
    return Span(start, max(start, stop))


def trim_silence(read: Callable[[Span], FloatArray], span: Span) -> Span:
    """`span` without the silence at its ends; empty where all of it is silent.

    Law: nothing above -60 dBFS is cut off, and the first and last sample that stay are above it.

    Args:
        read: Returns a span of the samples, (n,) or (n, channels).
        span: The samples to be trimmed.
    """
    starts = range(span.start, span.stop, _BLOCK)
    blocks = [Span(start, min(start + _BLOCK, span.stop)) for start in starts]
    loud = filter(len, (_loud_places(read(block), block) for block in blocks))
    first = next((places[0] for places in loud), None)
    if first is None:
        return Span(span.start, span.start)
    loud = filter(len, (_loud_places(read(block), block) for block in reversed(blocks)))
    return Span(int(first), int(next(loud)[-1]) + 1)


def _loud_places(samples: FloatArray, place: Span) -> NDArray[np.int64]:
    """Which of the samples at a place are above the silence."""
    loud = (np.abs(samples) > SILENCE).reshape(len(samples), -1).any(axis=1)
    places: NDArray[np.int64] = np.flatnonzero(loud) + place.start
    return places


def fade_gains(place: Span, num_frames: int, fade_in: int, fade_out: int) -> FloatArray:
    """Gains of the frames `place` of a sound of `num_frames`: half a cosine at either end.

    The first frame of a fade in and the last of a fade out are exactly zero. Fades longer than
    the sound end with it; where both meet, they multiply.
    """
    frames = np.arange(place.start, place.stop)
    rising = _ramp(frames, min(fade_in, num_frames))
    falling = _ramp(num_frames - 1 - frames, min(fade_out, num_frames))
    return (rising * falling).astype(np.float32)


def _ramp(frames: NDArray[np.int64], length: int) -> NDArray[np.float64]:
    """0 at frame 0, 1 from frame `length` on."""
    if length == 0:
        return np.ones(len(frames))
    return 0.5 - 0.5 * np.cos(np.pi * np.clip(frames / length, 0.0, 1.0))


def dither_noise(generator: np.random.Generator, shape: tuple[int, ...], bits: int) -> FloatArray:
    """Noise of triangular density, two steps wide, which makes rounding errors independent noise.

    Lipshitz, Wannamaker and Vanderkooy, *Quantization and Dither: A Theoretical Survey* (1992).
    """
    two = generator.random((2, *shape), np.float32)
    noise: FloatArray = (two[0] - two[1]) / np.float32(2 ** (bits - 1))
    return noise
