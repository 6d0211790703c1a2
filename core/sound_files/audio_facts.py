"""The facts of a sound file."""

from dataclasses import dataclass

_PADDING_S = 0.1


@dataclass(frozen=True, slots=True)
class AudioFacts:
    """Length, sample rate and channels of a sound.

    Attributes:
        num_frames: Its length in frames, as far as it can be decoded.
        sample_rate: Frames a second.
        channels: Number of channels.
        missing_frames: How many more its header promises: it was cut off, or is damaged.
        bits: Bits of its samples where they are whole numbers of up to 24; None for all others.
    """

    num_frames: int
    sample_rate: int
    channels: int
    missing_frames: int = 0
    bits: int | None = None

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.num_frames / self.sample_rate

    @property
    def missing_s(self) -> float:
        """How many more seconds its header promises; 0 for less than a tenth, a codec's padding."""
        missing_s = self.missing_frames / self.sample_rate
        return missing_s if missing_s >= _PADDING_S else 0.0
