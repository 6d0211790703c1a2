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

PEAK = {Loudness.SOFT: (0.07, 0.11), Loudness.NORMAL: (0.45, 0.6), Loudness.LOUD: (0.94, 0.99)}
"""Range of the highest absolute sample for each loudness."""
