"""Resamples sound: piece by piece in order, or at any place."""

import math
from collections import OrderedDict
from collections.abc import Callable, Iterator

import numpy as np
import soxr

from core.api.arrays import FloatArray
from core.api.region import Span

_BLOCK_SAMPLES = 1 << 14  # of the result; at least
_MOST_BLOCKS = 4  # kept: a loop of a second needs no more
_REACH_SAMPLES = 256  # of the slower rate: farther away soxr's filter is below float32's rounding


def resampled(
    pieces: Iterator[FloatArray], from_rate: float, to_rate: float
) -> Iterator[FloatArray]:
    """Yield pieces (n,) at another rate; together they equal the whole, resampled at once."""
    channels = (piece[None] for piece in pieces)
    for piece in resampled_channels(channels, from_rate, to_rate, 1):
        yield piece[0]


def resampled_channels(
    pieces: Iterator[FloatArray], from_rate: float, to_rate: float, channels: int
) -> Iterator[FloatArray]:
    """Yield pieces (channels, n) at another rate; the same law holds."""
    stream = soxr.ResampleStream(from_rate, to_rate, channels, dtype="float32", quality="HQ")
    for piece in pieces:
        yield stream.resample_chunk(np.ascontiguousarray(piece.T)).T
    yield stream.resample_chunk(np.zeros((0, channels), np.float32), last=True).T


class PlacedResampler:
    """A sound at another rate that is read at any place. One thread at a time.

    A resampler that streams gives other samples after a jump. So the result is made of blocks whose
    places are fixed, each of them computed from the same samples whenever it is needed. Law: what
    is read does not depend on the order, nor on the spans. From the sound resampled at once, with
    silence around it, it differs by rounding: 2e-7 of full scale, or 2e-6 at odd rates.

    Args:
        read: Returns samples (n, channels) of any span of the sound: there is silence around it.
        from_rate: Its samples a second.
        to_rate: Samples a second of the result.
    """

    def __init__(self, read: Callable[[Span], FloatArray], from_rate: int, to_rate: int) -> None:
        self._read_own, self._rates = read, (from_rate, to_rate)
        common = math.gcd(from_rate, to_rate)
        self._own_step, self._step = from_rate // common, to_rate // common
        # A block begins where a sample of the result is one of the sound too: at a step.
        self._block_steps = -(-_BLOCK_SAMPLES // self._step)
        reach = _REACH_SAMPLES * max(1.0, self._own_step / self._step)
        self._reach_steps = math.ceil(reach / self._own_step)
        self._blocks: OrderedDict[int, FloatArray] = OrderedDict()

    def read(self, span: Span) -> FloatArray:
        """Samples (n, channels) of any span of the result that is not empty."""
        size = self._block_steps * self._step
        parts = []
        for number in range(span.start // size, -(-span.stop // size)):
            place = Span(number * size, (number + 1) * size)
            inside = place.intersect(span).shift(-place.start)
            parts.append(self._block(number)[inside.slice])
        return np.concatenate(parts)

    def release(self) -> None:
        """Forget what is kept for the next read."""
        self._blocks.clear()

    def _block(self, number: int) -> FloatArray:
        """A block of the result; those that were used last are kept."""
        block = self._blocks.pop(number, None)
        if block is None:
            block = self._resampled(number * self._block_steps)
        self._blocks[number] = block
        if len(self._blocks) > _MOST_BLOCKS:
            self._blocks.popitem(last=False)
        return block

    def _resampled(self, first_step: int) -> FloatArray:
        """The block of the result that begins with a step, computed with its surroundings."""
        inside = Span(self._reach_steps, self._reach_steps + self._block_steps)
        around = Span(0, inside.stop + self._reach_steps).shift(first_step - inside.start)
        known = np.ascontiguousarray(self._read_own(around.scale(self._own_step)))
        resampled: FloatArray = soxr.resample(known, *self._rates, quality="HQ")
        return resampled[inside.scale(self._step).slice]
