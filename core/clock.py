"""The clock of a model: seconds, samples and latent frames, and nothing between them but integers.

One place where they become each other, so that nobody rounds twice.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Clock:
    """How a model counts time.

    Law: `num_frames(num_samples / sample_rate)` is `frames_of(num_samples)`, for any length that a
    float holds exactly.

    Attributes:
        sample_rate: Samples a second.
        channels: Channels of its sound: 1, or 2 for left and right.
        hop_length: Samples of a latent frame.
    """

    sample_rate: int
    channels: int
    hop_length: int

    def __post_init__(self) -> None:
        if min(self.sample_rate, self.channels, self.hop_length) < 1:
            raise ValueError(f"a clock cannot count by {self}")

    @property
    def inner_shape(self) -> tuple[int, ...]:
        """The shape of one sample: () for samples (n,), (channels,) for samples (n, channels)."""
        return () if self.channels == 1 else (self.channels,)

    def num_samples(self, duration_s: float) -> int:
        """Samples of a sound, to the nearest."""
        return round(duration_s * self.sample_rate)

    def num_frames(self, duration_s: float) -> int:
        """Latent frames that cover a sound."""
        return math.ceil(duration_s * self.sample_rate / self.hop_length)

    def frames_of(self, num_samples: int) -> int:
        """Latent frames that cover so many samples."""
        return -(-num_samples // self.hop_length)

    def samples_of(self, num_frames: int) -> int:
        """Samples of so many latent frames."""
        return num_frames * self.hop_length

    def frame_at(self, time_s: float) -> int:
        """The latent frame that sounds at a time."""
        return math.floor(time_s * self.sample_rate / self.hop_length)

    def seconds_of(self, num_frames: int) -> float:
        """The length of so many latent frames."""
        return num_frames * self.hop_length / self.sample_rate
