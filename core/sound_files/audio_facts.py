"""The facts in the header of a sound file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """Length, sample rate and channels of a sound.

    Attributes:
        num_frames: Its length in frames.
        sample_rate: Frames a second.
        channels: Number of channels.
    """

    num_frames: int
    sample_rate: int
    channels: int

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.num_frames / self.sample_rate
