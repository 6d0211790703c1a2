"""A sound file that a run may start from, with its spectrogram."""

from dataclasses import dataclass
from pathlib import Path

from app.view_models.viewer.level_pyramid import LevelPyramid
from core.sound_files.audio_facts import AudioFacts


@dataclass(frozen=True, slots=True, eq=False)
class OpenedSource:
    """What the viewer shows of a source.

    Attributes:
        path: The file.
        facts: Its length, rate and channels.
        levels: Its spectrogram, as the model's encoder receives it.
    """

    path: Path
    facts: AudioFacts
    levels: LevelPyramid
