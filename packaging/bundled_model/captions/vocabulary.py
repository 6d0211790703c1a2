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
    "there is {}",
    "some {}",
    "this is {}",
    "only {}",
    "listen to {}",
    "play {}",
    "make a sound like {}",
    "give me {}",
    "i want to hear {}",
    "we heard {}",
    "an example of {}",
    "{} being played",
    "{} can be heard",
    "{} that goes on",
)
"""Turns of phrase around what sounds; bare words come most often."""

ORNAMENTS = (
    *("beautiful", "old", "little", "nice", "lovely", "strange", "simple", "wonderful", "real"),
    *("typical", "ordinary", "lonely", "famous", "sad", "happy", "warm", "dark"),
)
ASIDES = (
    *("in an empty room", "at night", "in the park", "outside my window", "in the morning"),
    *("down the street", "in a large hall", "next door", "at a party", "in the kitchen"),
    *("for a film", "recorded at home", "with a phone", "field recording", "studio recording"),
    *("high quality", "on a stage", "in the old town", "by the lake", "near the house", "live"),
    *("on a summer day", "in the garden", "while people wait", "at the station", "in winter"),
    *("during the show", "from the balcony", "under the bridge", "in the film", "again and again"),
    *("without anything else", "from an old tape", "on the radio", "at the end of the day"),
)
"""Words that say nothing of the sound: a prompt may hold any, so captions hold some."""

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
