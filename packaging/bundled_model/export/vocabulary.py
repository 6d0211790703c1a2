"""concepts.json: the words of the captions; the app finds in it what the model does not know."""

import re
from typing import Any

from bundled_model.captions.plain_words import COLOURS, GLUE
from bundled_model.captions.related import RELATED
from bundled_model.captions.telling import TELLING, TELLING_OF_RECORDED
from bundled_model.captions.vocabulary import (
    ASIDES,
    BACKGROUND_PHRASES,
    DISTANT_PHRASES,
    ECHOING_PHRASES,
    FRAMES,
    LOUDNESS_WORDS,
    ORNAMENTS,
    PLAYING_FRAMES,
    REGISTER_WORDS,
    REPEATED_PHRASES,
    REVERSED_PHRASES,
    SEQUENCE_PHRASES,
    SINGLE_PHRASES,
    STYLE_PHRASES,
    TEMPO_WORDS,
    TOGETHER_PHRASES,
    TRIPLE_PHRASES,
)
from bundled_model.data.concepts import CONCEPTS


def vocabulary() -> dict[str, Any]:
    """Return the contents of concepts.json."""
    known = {name for concept in CONCEPTS for name in concept.names}
    all_telling = TELLING | TELLING_OF_RECORDED
    telling = {word: name for word, name in all_telling.items() if word not in known}
    return {
        "concepts": [
            {"name": concept.name, "synonyms": list(concept.synonyms)} for concept in CONCEPTS
        ],
        "attributes": sorted(_attributes()),
        "related": {
            word: list(names) for word, names in RELATED.items() if word not in known | {*telling}
        },
        "telling": telling,
    }


def _attributes() -> set[str]:
    """Return the words that name no sound: of the captions, and those people add."""
    tables = (TEMPO_WORDS, REGISTER_WORDS, LOUDNESS_WORDS, STYLE_PHRASES)
    phrases = [phrase for table in tables for phrases in table.values() for phrase in phrases]
    phrases += [*FRAMES, *PLAYING_FRAMES, *ORNAMENTS, *ASIDES, COLOURS, GLUE]
    phrases += [*DISTANT_PHRASES, *REPEATED_PHRASES, *SINGLE_PHRASES, *ECHOING_PHRASES]
    phrases += [*TOGETHER_PHRASES, *BACKGROUND_PHRASES, *SEQUENCE_PHRASES, *REVERSED_PHRASES]
    phrases += TRIPLE_PHRASES
    return set(re.findall("[a-z]+", " ".join(phrases)))
