"""concepts.json: the words of the captions, by which the app tells what a prompt asks in vain."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from bundled_model.captions.related import COLOURS, GLUE, RELATED
from bundled_model.captions.scenes import SCENES
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

COMMON = 5
"""A word in the scenes of this many concepts means none of them."""
TOLD_TWICE, TELLING_SHARE = 2, 0.75
"""A word that comes as often, and this part of the time for one concept, means that one."""
_SAYING_NOTHING = (*FRAMES, *ORNAMENTS, *ASIDES, *PAIR_PHRASES)


def vocabulary() -> dict[str, Any]:
    """Return the contents of concepts.json."""
    return {
        "concepts": [
            {"name": concept.name, "synonyms": list(concept.synonyms)} for concept in CONCEPTS
        ],
        "attributes": sorted(_attributes()),
        "related": {word: list(names) for word, names in RELATED.items()},
    }


def _attributes() -> set[str]:
    """Return the words that name no sound: of the captions, and those people add."""
    tables = (TEMPO_WORDS, REGISTER_WORDS, LOUDNESS_WORDS, STYLE_PHRASES)
    phrases = [phrase for table in tables for phrases in table.values() for phrase in phrases]
    told = _words((*phrases, *_SAYING_NOTHING))
    return told | _happenings() | {*COLOURS.split(), *GLUE.split()}


def _happenings() -> set[str]:
    """Return the words of scenes that name neither a concept nor what is near to one.

    Of these, words of many concepts' scenes, which mean none of them, and words that come again
    and again in those of one, which mean it. What is between the model has not learnt.
    """
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    for concept, scenes in SCENES.items():
        for scene in scenes:
            for word in _words((scene,)):
                uses[word][concept] += 1
    names = _words(text for concept in CONCEPTS for text in (concept.name, *concept.synonyms))
    near = {form for word in RELATED for form in (word, f"{word}s")}
    known = {word for word, concepts in uses.items() if _says_nothing(concepts) or _tells(concepts)}
    return known - names - near


def _says_nothing(concepts: Counter[str]) -> bool:
    return len(concepts) >= COMMON


def _tells(concepts: Counter[str]) -> bool:
    return TOLD_TWICE <= concepts.total() <= concepts.most_common(1)[0][1] / TELLING_SHARE


def _words(texts: Iterable[str]) -> set[str]:
    return set(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(texts)))
