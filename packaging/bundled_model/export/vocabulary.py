"""concepts.json: the words of the captions, by which the app tells what a prompt asks in vain."""

import re
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
    """Return the words of scenes that name neither a concept nor what is near to one."""
    names = _words(text for concept in CONCEPTS for text in (concept.name, *concept.synonyms))
    near = {form for word in RELATED for form in (word, f"{word}s")}
    return _words(scene for scenes in SCENES.values() for scene in scenes) - names - near


def _words(texts: Iterable[str]) -> set[str]:
    return set(re.findall(r"[a-z]+(?:-[a-z]+)*", " ".join(texts)))
