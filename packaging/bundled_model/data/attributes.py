"""What a clip is apart from its concept: tempo, register, style and loudness."""

from enum import StrEnum


class Tempo(StrEnum):
    """How fast events follow each other; `MEDIUM` is never named in a caption."""

    SLOW = "slow"
    MEDIUM = "medium"
    FAST = "fast"


class Register(StrEnum):
    """Where in its range an instrument plays; `MIDDLE` is never named in a caption."""

    LOW = "low"
    MIDDLE = "middle"
    HIGH = "high"


class Style(StrEnum):
    """How notes are put together; `FREE` is for sounds without notes."""

    FREE = "free"
    MELODY = "melody"
    CHORDS = "chords"
    ARPEGGIO = "arpeggio"
    LONG_NOTE = "long note"
    RHYTHM = "rhythm"


class Loudness(StrEnum):
    """How loud the clip is; `NORMAL` is never named in a caption."""

    SOFT = "soft"
    NORMAL = "normal"
    LOUD = "loud"


BEATS_PER_MINUTE = {Tempo.SLOW: (50, 66), Tempo.MEDIUM: (92, 120), Tempo.FAST: (165, 210)}
"""Range of the beat for each tempo."""

LEVEL_DB = {
    Loudness.SOFT: (-42.0, -34.0),
    Loudness.NORMAL: (-26.0, -19.0),
    Loudness.LOUD: (-15.0, -11.0),
}
"""Range of the level of what is not silence, in dB against full scale, for each loudness."""
HIGHEST_PEAK = 0.9
"""Clips whose peaks would pass this are softer than their range."""
