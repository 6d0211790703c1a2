"""A caption for a clip: other words each time, always true."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

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
from bundled_model.data.attributes import Style
from bundled_model.data.clip import ClipPlan
from bundled_model.data.concepts import CONCEPTS

Key = TypeVar("Key")

PLAIN_SHARE = 0.3
"""Part of the captions that are nothing but the concept's name, as people type it."""
SCENE_SHARE = 0.4
"""Part of the other captions that say what happens instead."""
SYNONYM_SHARE = 0.4
TOLD_SHARE = 0.55
"""Chance that an attribute which is not the usual one is named."""
TRAILING_SHARE = 0.2
"""Chance that adjectives come after the noun, parted by commas."""
ORNAMENT_SHARE, ASIDE_SHARE = 0.15, 0.2
"""Chances of an adjective, and of a few words after the rest, that tell nothing of the sound."""


def caption(plan: ClipPlan, rng: np.random.Generator) -> str:
    """Return lower-case words for a clip; nothing in them is false, much may be left out."""
    name = _name(plan.concept, rng)
    if plan.second is not None:
        return _pick(rng, PAIR_PHRASES).format(name, _name(plan.second, rng))
    if rng.random() < PLAIN_SHARE:
        return name
    is_scene = rng.random() < SCENE_SHARE
    told = _pick(rng, SCENES[CONCEPTS[plan.concept].name]) if is_scene else _framed(name, plan, rng)
    return f"{told} {_pick(rng, ASIDES)}" if rng.random() < ASIDE_SHARE else told


def _framed(name: str, plan: ClipPlan, rng: np.random.Generator) -> str:
    """Return the name among words for the clip's style and attributes."""
    phrase = _with_style(name, plan.style, rng)
    if rng.random() < ORNAMENT_SHARE:
        phrase = f"{_pick(rng, ORNAMENTS)} {phrase}"
    return _pick(rng, FRAMES).format(_with_adjectives(phrase, _adjectives(plan, rng), rng))


def _name(concept: int, rng: np.random.Generator) -> str:
    """Return the concept's name or one of its synonyms."""
    known = CONCEPTS[concept]
    return _pick(rng, known.synonyms) if rng.random() < SYNONYM_SHARE else known.name


def _with_style(name: str, style: Style, rng: np.random.Generator) -> str:
    """Return the name within words for its style, or alone."""
    if style not in STYLE_PHRASES or rng.random() > TOLD_SHARE:
        return name
    return _pick(rng, STYLE_PHRASES[style]).format(name)


def _adjectives(plan: ClipPlan, rng: np.random.Generator) -> list[str]:
    """Return words for the attributes that the caption names, in any order."""
    has_beat = plan.style is not Style.LONG_NOTE
    told = [
        *_told(plan.tempo if has_beat else None, TEMPO_WORDS, rng),
        *_told(plan.register, REGISTER_WORDS, rng),
        *_told(plan.loudness, LOUDNESS_WORDS, rng),
    ]
    return [told[i] for i in rng.permutation(len(told))]


def _told(
    value: Key | None, words: Mapping[Key, Sequence[str]], rng: np.random.Generator
) -> list[str]:
    """Return one word for an attribute's value, or none."""
    return [_pick(rng, words[value])] if value in words and rng.random() < TOLD_SHARE else []


def _with_adjectives(phrase: str, adjectives: list[str], rng: np.random.Generator) -> str:
    """Return the phrase with adjectives before it, or after it and parted by commas."""
    if adjectives and rng.random() < TRAILING_SHARE:
        return ", ".join([phrase, *adjectives])
    return " ".join([*adjectives, phrase])


def _pick(rng: np.random.Generator, words: Sequence[str]) -> str:
    return words[int(rng.integers(len(words)))]
