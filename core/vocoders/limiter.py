"""A limiter: loud frames of vocoded samples are made quieter, so that none exceeds full scale.

A take may be brought to a level before that, by one gain for all of its samples. Such a take stays
1 dB below full scale, so that peaks between its samples have room too.

A sound file and a sound card cut off what is louder, hard. The gain changes along straight lines
between frames of a mel frame's length, and stays down for a while, so that it follows no single
wave. It looks one frame ahead and depends on samples before by a fixed number of frames only.
"""

from collections import deque

import numpy as np
from torch import Tensor

from core.api.arrays import FloatArray
from core.vocoders.vocoder import Vocoder, VocoderStream

HOLD_FRAMES = 10  # how long the gain stays down after a loud frame
CEILING = np.float32(1 - 2**-20)  # full scale, with room for rounding
LEVELLED_PEAK = np.float32(10 ** (-1 / 20))
"""The highest peak of samples that were brought to a level: 1 dB below full scale."""


class Limiter:
    """Limits samples that come in pieces.

    Law: what comes out does not depend on how the samples were split, is at most full scale, and
    is the same to the bit where no frame within `HOLD_FRAMES` before and one after is louder. All
    channels get the gain of the loudest, so that nothing moves between left and right.

    Args:
        frame: Samples in a frame.
        gain: What every sample is multiplied by first. With any but 1, nothing that comes out
            exceeds `LEVELLED_PEAK`.
    """

    def __init__(self, frame: int, gain: float = 1.0) -> None:
        self._frame = frame
        self._gain = np.float32(gain)
        self._highest_peak = np.float32(1) if gain == 1 else LEVELLED_PEAK
        self._waiting: FloatArray | None = None  # has the channels of what comes
        self._gains: deque[np.float32] = deque(maxlen=HOLD_FRAMES + 1)  # up to the next frame's
        self._start_gain = np.float32(1)

    def push(self, samples: FloatArray) -> FloatArray:
        """Take samples (n,) or (n, channels), and return those whose next frame is known."""
        louder = self._gain * samples
        self._waiting = louder if self._waiting is None else np.concatenate([self._waiting, louder])
        num_frames = max(0, len(self._waiting) // self._frame - 1)
        return self._release(num_frames * self._frame)

    def finish(self) -> FloatArray:
        """End the sound, and return the remaining samples."""
        return self._release(0 if self._waiting is None else len(self._waiting))

    def _release(self, count: int) -> FloatArray:
        """Limit the first waiting samples; the gain of the frame after them is known."""
        if self._waiting is None:
            return np.zeros(0, np.float32)
        waiting, self._waiting = self._waiting, self._waiting[count:]
        pieces = [self._next_frame(waiting, start) for start in range(0, count, self._frame)]
        return np.concatenate([waiting[:0], *pieces])

    def _next_frame(self, waiting: FloatArray, start: int) -> FloatArray:
        frame, after = (
            waiting[first : first + self._frame] for first in (start, start + self._frame)
        )
        if not self._gains:  # the sound begins
            self._start_gain = self._needed_gain(frame)
            self._gains.append(self._start_gain)
        self._gains.append(self._needed_gain(after))
        start_gain, stop_gain = self._start_gain, min(self._gains)
        self._start_gain = stop_gain
        if start_gain == stop_gain == 1:
            return frame
        position = np.arange(len(frame), dtype=np.float32) / np.float32(self._frame)
        gains = start_gain + (stop_gain - start_gain) * position
        return frame * gains.reshape(-1, *(1,) * (frame.ndim - 1))

    def _needed_gain(self, frame: FloatArray) -> np.float32:
        """The largest gain up to 1 that a frame may have; 1 where it is not finite."""
        peak, highest = np.max(np.abs(frame), initial=0), self._highest_peak
        return np.float32(CEILING * highest / peak) if highest < peak < np.inf else np.float32(1)


class LimitedStream:
    """A vocoder's stream with a limiter behind it, a `VocoderStream` itself.

    Args:
        vocoder: The vocoder.
        gain: What the limiter multiplies every sample by first.
        stream: A stream of the vocoder that has begun; None = one of its own.
    """

    def __init__(
        self, vocoder: Vocoder, gain: float = 1.0, stream: VocoderStream | None = None
    ) -> None:
        self._stream: VocoderStream = vocoder.stream() if stream is None else stream
        self._limiter = Limiter(vocoder.hop_length, gain)

    def push(self, mel: Tensor) -> FloatArray:
        """Take the next log-mel frames (T, F) and return the samples (n,) that are final now."""
        return self._limiter.push(self._stream.push(mel))

    def finish(self) -> FloatArray:
        """End the clip, and return the remaining samples (n,)."""
        rest = self._limiter.push(self._stream.finish())
        return np.concatenate([rest, self._limiter.finish()])


def limited(samples: FloatArray, frame: int, gain: float = 1.0) -> FloatArray:
    """Samples (n,) or (n, channels) of a part by itself, multiplied by the gain and limited."""
    limiter = Limiter(frame, gain)
    return np.concatenate([limiter.push(samples), limiter.finish()])
