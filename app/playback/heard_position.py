"""Where in the clip the ear is, by what the device has taken of a feed."""

import time

from app.playback.feed import Feed
from app.playback.sound_output import Output
from app.playback.voice import Voice


class HeardPosition:
    """The sample of the clip that is heard now. The player's lock guards it.

    Args:
        output: The device, which plays what it took some time later.
        voice: Knows when it took samples last.

    Attributes:
        feed: What is played; None before playback begins, and after a jump.
    """

    def __init__(self, output: Output, voice: Voice) -> None:
        self._output, self._voice = output, voice
        self.feed: Feed | None = None
        self._origin = 0.0  # while there is no feed
        self._heard_samples = 0.0  # samples of the device that reached the ear since the feed began

    def restart_at(self, sample: float) -> None:
        """Jump to a sample; another feed has to begin there."""
        self._origin, self.feed, self._heard_samples = sample, None, 0.0

    def follow(self, feed: Feed) -> None:
        """Follow a feed from its start on."""
        self.feed = feed

    @property
    def sample(self) -> float:
        """The sample heard now: what the device took, less what it has not played yet.

        Devices request blocks a little early or late; the result never decreases.
        """
        if self.feed is None:
            return self._origin
        taken, rate = self.feed.ring.read, self._output.sample_rate
        since_s = time.perf_counter() - self._voice.clock_s
        heard = taken - (self._output.latency_s - since_s) * rate
        self._heard_samples = min(max(heard, self._heard_samples), taken)
        return self.feed.clip_sample_at(self._heard_samples)

    @property
    def taken_sample(self) -> float:
        """The first sample that the device has not taken."""
        if self.feed is None:
            return self._origin
        return self.feed.clip_sample_at(self.feed.ring.read)

    @property
    def has_ended(self) -> bool:
        """Whether the last sample of the feed, up to the resampler's rounding, has been heard."""
        feed = self.feed
        return feed is not None and feed.ring.is_drained and self.sample >= feed.end_sample - 1
