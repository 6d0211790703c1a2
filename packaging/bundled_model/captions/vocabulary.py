"""The words for attributes and the turns of phrase that captions are made of."""

from bundled_model.data.attributes import Loudness, Register, Style, Tempo

TEMPO_WORDS = {
    Tempo.SLOW: ("slow", "slow", "slowly", "unhurried"),
    Tempo.FAST: ("fast", "fast", "quick", "rapid"),
}
REGISTER_WORDS = {
    Register.LOW: ("low", "low", "deep", "low-pitched"),
    Register.HIGH: ("high", "high", "high-pitched", "bright"),
}
LOUDNESS_WORDS = {
    Loudness.SOFT: ("soft", "quiet", "distant", "faint"),
    Loudness.LOUD: ("loud", "loud", "powerful", "strong"),
}
STYLE_PHRASES = {
    Style.MELODY: ("{} melody", "melody on {}", "{} solo", "a tune played on {}"),
    Style.CHORDS: ("{} chords", "chords on {}", "chords played on {}"),
    Style.ARPEGGIO: ("{} arpeggio", "arpeggio on {}", "broken chords on {}"),
    Style.LONG_NOTE: ("long note on {}", "{} holding a long note", "sustained {} note"),
    Style.RHYTHM: ("{} rhythm", "rhythm on {}", "{} beat"),
}
FRAMES = (
    "{}",
    "{}",
    "{}",
    "a {}",
    "the {}",
    "sound of {}",
    "the sound of {}",
    "the sound of a {}",
    "a recording of {}",
    "{} playing",
    "someone plays {}",
    "i hear {}",
    "{} sound",
    "solo {}",
)
"""Turns of phrase around what sounds; bare words come most often."""

PAIR_PHRASES = (
    "{} and {}",
    "{} and {}",
    "{} with {}",
    "{} over {}",
    "{} with {} in the background",
    "{} together with {}",
)
EMPTY_CAPTION = ""
"""What unconditional generation is given, in training as in the app."""
