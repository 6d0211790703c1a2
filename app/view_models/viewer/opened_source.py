"""A sound file that a run may start from, with its sound and spectrogram."""

from dataclasses import dataclass
from pathlib import Path

from app.view_models.viewer.level_pyramid import LevelPyramid
from core.api.arrays import FloatArray
from core.sound_files.audio_facts import AudioFacts


@dataclass(frozen=True, slots=True, eq=False)
class OpenedSource:
    """What the viewer shows of a source.

    Attributes:
        path: The file.
        facts: Its length, rate and channels.
        levels: Its spectrogram, as the model's encoder receives it.
        waveform: Its samples (n,), channels averaged, at the rate of the model; they may lie on
            the disk.
        sample_rate: That rate.
        is_cancelled: Whether the average of its channels is almost silent, and they are not.
    """

    path: Path
    facts: AudioFacts
    levels: LevelPyramid
    waveform: FloatArray
    sample_rate: int
    is_cancelled: bool = False

    @property
    def duration_s(self) -> float:
        """Length of the waveform in seconds."""
        return len(self.waveform) / self.sample_rate
