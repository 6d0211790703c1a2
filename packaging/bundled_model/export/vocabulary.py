"""concepts.json: the words of the captions; the app finds in it what the model does not know."""

import re
from typing import Any

from bundled_model.captions.plain_words import COLOURS, GLUE
from bundled_model.captions.related import RELATED
from bundled_model.captions.telling import TELLING
from bundled_model.captions.vocabulary import (
    ASIDES,
    FRAMES,
    LOUDNESS_WORDS,
    ORNAMENTS,
    PAIR_PHRASES,
    REGISTER_WORDS,
    STYLE_PHRASES,
    TEMPO_WORDS,
)
from bundled_model.data.concepts import CONCEPTS


def vocabulary() -> dict[str, Any]:
    """Return the contents of concepts.json."""
    return {
        "concepts": [
            {"name": concept.name, "synonyms": list(concept.synonyms)} for concept in CONCEPTS
        ],
        "attributes": sorted(_attributes()),
        "related": {word: list(names) for word, names in RELATED.items()},
        "telling": TELLING,
    }


def _attributes() -> set[str]:
    """Return the words that name no sound: of the captions, and those people add."""
    tables = (TEMPO_WORDS, REGISTER_WORDS, LOUDNESS_WORDS, STYLE_PHRASES)
    phrases = [phrase for table in tables for phrases in table.values() for phrase in phrases]
    phrases += [*FRAMES, *ORNAMENTS, *ASIDES, *PAIR_PHRASES, COLOURS, GLUE]
    return set(re.findall("[a-z]+", " ".join(phrases)))
