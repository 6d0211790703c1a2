"""A ring buffer between the player's thread and the sound device's callback."""

import numpy as np

from core.api.arrays import FloatArray


class RingBuffer:
    """A ring with one writing and one reading thread; neither ever waits for the other.

    Each side moves only its own counter, after the samples are in place, so no lock is needed.

    Attributes:
        written: Samples written so far.
        read: Samples read so far.
        has_ended: Set by the writer: nothing more will be written.

        channels: 1, or 2 for left and right.

    Args:
        capacity: Samples it holds of each channel.
        channels: Its channels.
    """

    def __init__(self, capacity: int, channels: int = 1) -> None:
        self.channels = channels
        self._samples = np.zeros((capacity, channels), np.float32)
        self.written = 0
        self.read = 0
        self.has_ended = False

    @property
    def available(self) -> int:
        """Samples that can be read."""
        return self.written - self.read

    @property
    def free(self) -> int:
        """Samples that can be written."""
        return len(self._samples) - self.available

    @property
    def is_drained(self) -> bool:
        """Whether everything was read and nothing will follow."""
        return self.has_ended and self.available == 0  # in this order: after the end, none come

    def write(self, samples: FloatArray) -> int:
        """Write as many samples (n,) or (n, channels) as fit, and return how many."""
        samples = samples.reshape(len(samples), self.channels)
        count = min(len(samples), self.free)
        at = self.written % len(self._samples)
        first = min(count, len(self._samples) - at)
        self._samples[at : at + first] = samples[:first]
        self._samples[: count - first] = samples[first:count]
        self.written += count  # last: from here on the reader takes them
        return count

    def read_into(self, out: FloatArray) -> int:
        """Read samples into the start of `out` (m, channels), and return how many."""
        count = min(len(out), self.available)
        at = self.read % len(self._samples)
        first = min(count, len(self._samples) - at)
        out[:first] = self._samples[at : at + first]
        out[first:count] = self._samples[: count - first]
        self.read += count  # last: from here on the writer overwrites them
        return count
