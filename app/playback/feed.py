"""Feeds the clip's samples from the play head on into a ring buffer, at the device's rate.

Runs in the player's thread, ahead of the device, so that its callback only copies.
"""

import numpy as np
import soxr

from app.playback.sample_buffer import Clip
from app.portaudio.ring_buffer import RingBuffer
from core.api.arrays import FloatArray
from core.api.region import Span

_BLOCK_SAMPLES = 2048
_AHEAD_S = 0.5
_REBUFFER_S = 8.0  # ahead before a growing clip resumes: one long pause, not many short ones
_MAX_JUMPS = 256  # jumps of the loop whose samples may not be heard yet


class Feed:
    """One continuous playback; a seek begins another.

    Attributes:
        ring: What the device's callback takes from.
        sound: The clip.

    Args:
        sound: The clip.
        start_sample: Where to begin.
        device_rate: Samples a second of the device.
        loop: Samples to repeat once the play head reaches their end.
        stop_sample: Where to end before the end of the clip; None = at its end.
    """

    def __init__(
        self,
        sound: Clip,
        start_sample: int,
        device_rate: int,
        loop: Span | None = None,
        *,
        stop_sample: int | None = None,
    ) -> None:
        channels = sound.channels
        self.ring = RingBuffer(round(_AHEAD_S * device_rate), channels)
        self.sound = sound
        self._loop = loop
        self._stop_sample = stop_sample
        self._next_sample = start_sample
        self._samples_fed = 0
        self._ran_dry = False
        # (samples fed, sample of the clip) of each jump. A tuple that is replaced as a whole: the
        # window's thread reads it in `clip_sample_at` while the player's thread fills.
        self._jumps: tuple[tuple[int, int], ...] = ((0, start_sample),)
        self._is_flushed = False
        self._pending = np.zeros((0, channels), np.float32)
        self._ratio = sound.sample_rate / device_rate
        rates = sound.sample_rate, device_rate
        self._resampler = soxr.ResampleStream(*rates, channels, dtype="float32")

    def fill(self) -> None:
        """Write as many samples as the ring has space for and the clip has."""
        while not self.ring.has_ended and self._push_pending():
            samples = self._next_samples()
            if len(samples):
                self._pending = self._resampler.resample_chunk(samples)
            elif self._is_flushed:
                self.ring.has_ended = True
            elif self._is_at_end():
                self._pending = self._resampler.resample_chunk(samples, last=True)
                self._is_flushed = True
            else:
                return

    def clip_sample_at(self, device_samples: float) -> float:
        """Return the sample of the clip that is heard after so many samples of the device."""
        fed = min(device_samples * self._ratio, self._samples_fed)
        at, sample = next(jump for jump in reversed(self._jumps) if jump[0] <= fed)
        return sample + fed - at

    @property
    def end_sample(self) -> int:
        """The sample of the clip after the last one fed."""
        return self._next_sample

    def waits_for_more(self, *, is_starved: bool) -> bool:
        """Return whether a growing clip ran dry, and too little has arrived since to resume.

        Args:
            is_starved: Whether the device has asked for samples and got none.
        """
        ahead = self.sound.available - self._next_sample
        enough = _REBUFFER_S * self.sound.sample_rate
        if not self.sound.grows or self.sound.is_complete or ahead >= enough:
            self._ran_dry = False
        elif ahead == 0 and is_starved:
            self._ran_dry = True
        return self._ran_dry

    def _push_pending(self) -> bool:
        """Write resampled samples into the ring; return whether all of them fitted."""
        self._pending = self._pending[self.ring.write(self._pending) :]
        return not len(self._pending)

    def _next_samples(self) -> FloatArray:
        """Return the next samples of the clip; none if they have not arrived yet."""
        if self._loop is not None and self._next_sample == self._loop.stop:
            self._next_sample = self._loop.start
            self._jumps = (*self._jumps[-_MAX_JUMPS:], (self._samples_fed, self._loop.start))
        stop = self._next_sample + _BLOCK_SAMPLES
        if self._loop is not None and self._next_sample < self._loop.stop:
            stop = min(stop, self._loop.stop)
        if self._stop_sample is not None:
            stop = max(self._next_sample, min(stop, self._stop_sample))
        samples = self.sound.read(Span(self._next_sample, stop))
        self._next_sample += len(samples)
        self._samples_fed += len(samples)
        return samples

    def _is_at_end(self) -> bool:
        if self._stop_sample is not None and self._next_sample >= self._stop_sample:
            return True
        return self.sound.is_complete and self._next_sample >= self.sound.available
