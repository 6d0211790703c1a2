"""A caption for a clip: other words each time, always true."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np

from bundled_model.captions.scenes import SCENES
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
from bundled_model.data.attributes import Style
from bundled_model.data.concepts import CONCEPTS
from bundled_model.data.mixture import Arrangement, Mixture
from bundled_model.data.planning import ClipPlan, Excerpt

Key = TypeVar("Key")

_SECOND_ARTICLE = re.compile(
    r"\b(?:a|an|the|some|single|one|lone) (?=(?:a|an|the|someone|somebody|people|something) )"
)
_A_BEFORE_VOWEL = re.compile(r"\ba(?= [aeio]\w)")

PLAIN_SHARE = 0.3
"""Part of the captions that are nothing but the concept's name, as people type it."""
SCENE_SHARE = 0.4
"""Part of the other captions that say what happens instead."""
SYNONYM_SHARE = 0.5
NAMED_SHARE = 0.55
"""Chance that an attribute which is not the usual one is named."""
NOTED_SHARE = 0.4
"""Chance that the caption says of a recording that it is far, repeated, or in an echoing room."""
LONGEST_ECHO_S = 0.9
"""A recording in a room with a longer reverberation echoes."""
TRAILING_SHARE = 0.2
"""Chance that adjectives come after the noun, parted by commas."""
PLAYING_SHARE = 0.4
"""Part of the turns of phrase around an instrument that are about playing."""
ORNAMENT_SHARE, ASIDE_SHARE = 0.15, 0.2
"""Chances of an adjective, and of a few words after the rest, that tell nothing of the sound."""
REVERSED_SHARE = 0.25
"""Part of the sequences of which the second sound is named first."""
STYLED_PART_SHARE, ARTICLE_SHARE = 0.3, 0.1
"""Chances of words for the style, and of an article, of one of several sounds."""


def caption(mixture: Mixture, rng: np.random.Generator) -> str:
    """Return lower-case words for a clip; nothing in them is false, much may be left out."""
    plans = mixture.plans
    match mixture.arrangement:
        case Arrangement.ALONE:
            return _with_right_articles(_alone(plans[0], rng))
        case Arrangement.TOGETHER:
            phrase = _pick(rng, TOGETHER_PHRASES if len(plans) == 2 else TRIPLE_PHRASES)
        case Arrangement.BACKGROUND:
            phrase = _pick(rng, BACKGROUND_PHRASES)
        case Arrangement.SEQUENCE:
            is_reversed = rng.random() < REVERSED_SHARE
            phrase = _pick(rng, REVERSED_PHRASES if is_reversed else SEQUENCE_PHRASES)
    return _with_right_articles(phrase.format(*(_part(plan, rng) for plan in plans)))


def _with_right_articles(words: str) -> str:
    """Return words without a second article before a noun, and with "an" before a vowel."""
    return _A_BEFORE_VOWEL.sub("an", _SECOND_ARTICLE.sub("", words))


def _alone(plan: ClipPlan, rng: np.random.Generator) -> str:
    """Return words for a clip of one sound."""
    name = _name(plan, rng)
    if rng.random() < PLAIN_SHARE:
        return name
    scenes = SCENES.get(CONCEPTS[plan.concept].name, ())
    is_scene = bool(scenes) and rng.random() < SCENE_SHARE
    words = _pick(rng, scenes) if is_scene else _framed(name, plan, rng)
    return f"{words} {_pick(rng, ASIDES)}" if rng.random() < ASIDE_SHARE else words


def _part(plan: ClipPlan, rng: np.random.Generator) -> str:
    """Return words for one of several sounds: less is said of each."""
    name = _name(plan, rng)
    if rng.random() < STYLED_PART_SHARE:
        name = _with_style(name, plan.style, rng)
    return f"a {name}" if rng.random() < ARTICLE_SHARE else name


def _framed(name: str, plan: ClipPlan, rng: np.random.Generator) -> str:
    """Return the name among words for the clip's style and attributes."""
    phrase = _with_style(name, plan.style, rng)
    if plan.excerpt is not None:
        phrase = _with_notes(phrase, plan.excerpt, rng)
    if rng.random() < ORNAMENT_SHARE:
        phrase = f"{_pick(rng, ORNAMENTS)} {phrase}"
    is_playing = plan.excerpt is None and plan.style is not Style.FREE
    frames = PLAYING_FRAMES if is_playing and rng.random() < PLAYING_SHARE else FRAMES
    return _pick(rng, frames).format(_with_adjectives(phrase, _adjectives(plan, rng), rng))


def _name(plan: ClipPlan, rng: np.random.Generator) -> str:
    """Return the concept's name, one of its synonyms, or words that are true of this recording."""
    known = CONCEPTS[plan.concept]
    own = plan.excerpt.words if plan.excerpt is not None else ()
    others = (*known.synonyms, *own, *own)
    return _pick(rng, others) if others and rng.random() < SYNONYM_SHARE else known.name


def _with_style(name: str, style: Style, rng: np.random.Generator) -> str:
    """Return the name within words for its style, or alone."""
    if style not in STYLE_PHRASES or rng.random() > NAMED_SHARE:
        return name
    return _pick(rng, STYLE_PHRASES[style]).format(name)


def _with_notes(name: str, excerpt: Excerpt, rng: np.random.Generator) -> str:
    """Return the name within words for the recording's distance, echo or repetition, or alone."""
    variation = excerpt.variation
    notes = (
        (DISTANT_PHRASES, variation.is_distant),
        (ECHOING_PHRASES, (variation.reverberation_s or 0) > LONGEST_ECHO_S),
        (REPEATED_PHRASES, excerpt.is_repeated is True),
        (SINGLE_PHRASES, excerpt.is_repeated is False),
    )
    for phrases, is_true in notes:
        if is_true and rng.random() < NOTED_SHARE:
            return _pick(rng, phrases).format(name)
    return name


def _adjectives(plan: ClipPlan, rng: np.random.Generator) -> list[str]:
    """Return words for the attributes that the caption names, in any order."""
    has_beat = plan.style is not Style.LONG_NOTE
    adjectives = [
        *_adjective(plan.tempo if has_beat else None, TEMPO_WORDS, rng),
        *_adjective(plan.register, REGISTER_WORDS, rng),
        *_adjective(plan.loudness, LOUDNESS_WORDS, rng),
    ]
    return [adjectives[i] for i in rng.permutation(len(adjectives))]


def _adjective(
    value: Key | None, words: Mapping[Key, Sequence[str]], rng: np.random.Generator
) -> list[str]:
    """Return one word for an attribute's value, or none."""
    return [_pick(rng, words[value])] if value in words and rng.random() < NAMED_SHARE else []


def _with_adjectives(phrase: str, adjectives: list[str], rng: np.random.Generator) -> str:
    """Return the phrase with adjectives before it, or after it and parted by commas."""
    if adjectives and rng.random() < TRAILING_SHARE:
        return ", ".join([phrase, *adjectives])
    return " ".join([*adjectives, phrase])


def _pick(rng: np.random.Generator, words: Sequence[str]) -> str:
    return words[int(rng.integers(len(words)))]
