"""The words for attributes and the turns of phrase that captions are made of."""

from bundled_model.captions.plain_words import COLOURS, GLUE
from bundled_model.captions.related import RELATED
from bundled_model.captions.telling import TELLING
from bundled_model.data.attributes import Loudness, Register, Style, Tempo
from bundled_model.data.concepts import CONCEPTS

TEMPO_WORDS = {
    Tempo.SLOW: ("slow", "slow", "slowly", "unhurried"),
    Tempo.FAST: ("fast", "fast", "quick", "rapid"),
}
REGISTER_WORDS = {
    Register.LOW: ("low", "low", "deep", "low-pitched"),
    Register.HIGH: ("high", "high", "high-pitched", "bright"),
}
LOUDNESS_WORDS = {
    Loudness.SOFT: ("soft", "quiet", "quiet", "faint"),
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
    "i hear {}",
    "{} sound",
    "{} sounds",
    "{} sound effect",
    "{} sfx",
    "{} noise",
    "there is {}",
    "some {}",
    "this is {}",
    "only {}",
    "just {}",
    "listen to {}",
    "make a sound like {}",
    "give me {}",
    "i want to hear {}",
    "we heard {}",
    "an example of {}",
    "{} can be heard",
    "{} is heard",
    "{} close up",
    "{} that goes on",
)
"""Turns of phrase around what sounds; bare words come most often."""
PLAYING_FRAMES = (
    "{} playing",
    "someone plays {}",
    "solo {}",
    "play {}",
    "{} being played",
    "a musician plays {}",
    "{} music",
    "a piece for {}",
)
"""Those around what is an instrument."""
DISTANT_PHRASES = (
    *("distant {}", "{} in the distance", "{} far away", "far away {}", "{} from afar"),
    *("{} a long way off", "faraway {}", "{} far off"),
)
REPEATED_PHRASES = (
    *("{} again and again", "repeated {}", "{} several times", "{} over and over", "multiple {}"),
    *("{} many times", "{} repeatedly"),
)
SINGLE_PHRASES = ("a single {}", "one {}", "{} once", "just one {}", "a lone {}")
ECHOING_PHRASES = (
    *("echoing {}", "{} with echo", "{} with reverb", "reverberant {}", "{} in a large hall"),
    *("{} in a big empty room", "{} echoes"),
)

ORNAMENTS = (
    *("beautiful", "old", "little", "nice", "lovely", "strange", "simple", "wonderful", "real"),
    *("typical", "ordinary", "lonely", "famous", "sad", "happy", "warm", "dark"),
)
ASIDES = (
    *("in a room", "at night", "in the park", "outside my window", "in the morning"),
    *("down the street", "in the yard", "next door", "at a party", "in the kitchen"),
    *("for a film", "recorded at home", "with a phone", "field recording", "studio recording"),
    *("high quality", "on a stage", "in the old town", "by the lake", "near the house", "live"),
    *("on a summer day", "in the garden", "while people wait", "at the station", "in winter"),
    *("during the show", "from the balcony", "under the bridge", "in the film"),
    *("without anything else", "from an old tape", "on the radio", "at the end of the day"),
)
"""Words that say nothing of the sound: a prompt may hold any, so captions hold some."""

TOGETHER_PHRASES = (
    "{} and {}",
    "{} and {}",
    "{} and {}",
    "{} with {}",
    "{} with {}",
    "{} over {}",
    "{} together with {}",
    "{} while {}",
    "{} as {}",
    "{} mixed with {}",
    "{} and {} at the same time",
    "both {} and {}",
    "{}, {}",
    "{} + {}",
    "{} along with {}",
    "the sound of {} and {}",
    "i hear {} and {}",
    "{} accompanied by {}",
)
BACKGROUND_PHRASES = (
    "{} with {} in the background",
    "{} with {} in the background",
    "{} while {} in the background",
    "{} in front of {}",
    "{}, {} in the background",
    "{} over distant {}",
    "{} with faint {} behind it",
    "loud {} and quiet {}",
    "{} and {} in the background",
)
"""The first sound is much louder than the second."""
SEQUENCE_PHRASES = (
    "{} then {}",
    "{}, then {}",
    "{}, then {}",
    "{} and then {}",
    "{} followed by {}",
    "{} followed by {}",
    "first {}, then {}",
    "{}, after that {}",
    "{} before {}",
    "{} and afterwards {}",
    "{} stops and {} begins",
    "{} turns into {}",
)
REVERSED_PHRASES = ("{1} after {0}", "after {0}, {1}", "after {0} comes {1}", "{1}, but first {0}")
"""The first sound is named by 0."""
TRIPLE_PHRASES = (
    *("{}, {} and {}", "{}, {} and {}", "{} and {} with {}", "{} with {} and {}", "{}, {}, {}"),
    *("{} and {} and {}", "{} with {} while {}"),
)
EMPTY_CAPTION = ""
"""What unconditional generation is given, in training as in the app."""


def known_words() -> tuple[str, ...]:
    """Return every word and phrase of the tables, for a tokenizer to learn: names, and others."""
    names = [name for concept in CONCEPTS for name in concept.names]
    return (
        *names,
        *RELATED,
        *TELLING,
        COLOURS,
        GLUE,
        *FRAMES,
        *TOGETHER_PHRASES,
        *SEQUENCE_PHRASES,
    )
