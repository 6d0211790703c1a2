"""What comes from an input: the callback that copies it, and the last seconds of it.

The callback runs in the device's own real-time thread, so it takes no lock, allocates no array,
logs nothing and emits no signal. The recorder's thread reads the ring and the counters.
"""

import numpy as np

from app.portaudio.ring_buffer import RingBuffer
from core.api.arrays import FloatArray

_AHEAD_S = 20.0  # how long the disk, or the recorder's thread, may stand still
_READ_FRAMES = 1 << 16


class Capture:
    """What comes from one stream.

    Args:
        sample_rate: Samples a second.
        channels: 1 or 2.

    Attributes:
        num_blocks: Blocks so far.
        num_gaps: How often samples were lost, in the system or since the ring was full.
    """

    def __init__(self, sample_rate: int, channels: int) -> None:
        self.num_blocks = self.num_gaps = 0
        self._ring = RingBuffer(round(_AHEAD_S * sample_rate), channels)

    def receive(self, block: FloatArray, has_gap: bool) -> None:
        """Take a block (frames, channels) of the device.

        Args:
            block: The samples; they are the device's, and are copied.
            has_gap: Whether samples before it were lost.
        """
        self.num_blocks += 1
        if self._ring.write(block) < len(block) or has_gap:
            self.num_gaps += 1

    def read(self) -> FloatArray:
        """What has come since, (n, channels), at most about a second; empty when nothing has."""
        count = min(self._ring.available, _READ_FRAMES)
        samples = np.empty((count, self._ring.channels), np.float32)
        self._ring.read_into(samples)
        return samples


class PreRoll:
    """Keeps the latest samples, up to its capacity. Used by one thread.

    Args:
        capacity: Frames that it keeps.
        channels: Channels of each.
    """

    def __init__(self, capacity: int, channels: int) -> None:
        self._samples = np.zeros((capacity, channels), np.float32)
        self._num_received = 0

    def push(self, samples: FloatArray) -> None:
        """Add samples (n, channels); the oldest go."""
        capacity = len(self._samples)
        latest = samples[-capacity:]
        self._num_received += len(samples) - len(latest)
        at = self._num_received % capacity
        first = min(len(latest), capacity - at)
        self._samples[at : at + first] = latest[:first]
        self._samples[: len(latest) - first] = latest[first:]
        self._num_received += len(latest)

    def take(self, num_frames: int) -> FloatArray:
        """The latest frames, as many as there are of those that are wanted; none stay."""
        capacity = len(self._samples)
        count = min(num_frames, self._num_received, capacity)
        start = self._num_received - count
        places = np.arange(start, self._num_received) % capacity
        self._num_received = 0
        return self._samples[places]
