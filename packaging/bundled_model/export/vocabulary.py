"""concepts.json: the words of the captions, by which the app tells what a prompt asks in vain."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
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
        "telling": dict(sorted(_telling().items())),
    }


def _attributes() -> set[str]:
    """Return the words that name no sound: of the captions, and those people add."""
    tables = (TEMPO_WORDS, REGISTER_WORDS, LOUDNESS_WORDS, STYLE_PHRASES)
    phrases = [phrase for table in tables for phrases in table.values() for phrase in phrases]
    told = _words((*phrases, *_SAYING_NOTHING))
    common = {word for word, concepts in _uses().items() if len(concepts) >= COMMON}
    return told | common | {*COLOURS.split(), *GLUE.split()}


def _telling() -> dict[str, str]:
    """Return the words that come again and again in the scenes of one concept, with its name."""
    colours = _attributes()
    return {
        word: concepts.most_common(1)[0][0]
        for word, concepts in _uses().items()
        if word not in colours
        and TOLD_TWICE <= concepts.total() <= concepts.most_common(1)[0][1] / TELLING_SHARE
    }


@cache
def _uses() -> dict[str, Counter[str]]:
    """Return how often the scenes of each concept use a word.

    Only words that name neither a concept nor what is near to one.
    """
    uses: dict[str, Counter[str]] = defaultdict(Counter)
    names = _words(text for concept in CONCEPTS for text in (concept.name, *concept.synonyms))
    near = {form for word in RELATED for form in (word, f"{word}s")}
    for concept, scenes in SCENES.items():
        for scene in scenes:
            for word in _words((scene,)) - names - near:
                uses[word][concept] += 1
    return uses


def _words(texts: Iterable[str]) -> set[str]:
    return set(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(texts)))
