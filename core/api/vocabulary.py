"""The vocabulary of a small model, and hints for prompts that ask for another sound.

A model of a hundred concepts answers an unknown word with some sound or other, so a person should
learn which known words are near. The words, and what is near to them, are tables of the model; only
typing errors are found by spelling.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s'’-]")  # a word or a punctuation mark
_LATIN = re.compile("[a-zß-ɏ]", re.IGNORECASE)
_SEPARATORS = frozenset(("and", "or", "plus", "with", "while", "as", "then", "over", "followed"))
_VOWEL = re.compile("[aeiouy]")
_DOUBLE_CONSONANT = re.compile(r"([b-df-hj-np-rtv-y])\1$")  # all but l, s and z
_MAX_TOKENS = 200
_MAX_LETTERS = 24  # of a word that is quoted
_MAX_UNKNOWN = 2
_MAX_NEAREST = 3
_MIN_SIMILARITY = 0.83  # of difflib's ratio: one letter too many, too few or wrong
_MIN_TYPO_LETTERS = 5  # shorter words are too similar to each other


@dataclass(frozen=True, slots=True)
class Concept:
    """A kind of sound: its plain name, and other words for it."""

    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """The unknown sounds that a prompt asks for, with known ones near to them.

    Attributes:
        unknown: Words that name no known sound, at most two, shortened where they are very long.
        nearest: Names of the nearest concepts, at most three; empty where none is near.
    """

    unknown: tuple[str, ...]
    nearest: tuple[str, ...]

    @property
    def is_in_other_letters(self) -> bool:
        """Whether none of the words has a Latin letter, so that they cannot be English."""
        return not any(map(_LATIN.search, self.unknown))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A word or a known phrase as it was typed, its stems, and the part of the prompt it is in."""

    typed: str
    stems: str
    part: int


@dataclass(frozen=True)
class Vocabulary:
    """All words that a model was trained with. Every word may be a phrase.

    Attributes:
        concepts: The sounds.
        attributes: Words that describe a sound or connect a sentence, and name no sound.
        related: Words that name an unknown sound, with the names of the nearest concepts.
        telling: Words that imply a concept without naming it, with its name.
    """

    concepts: tuple[Concept, ...]
    attributes: frozenset[str] = frozenset()
    related: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    telling: Mapping[str, str] = field(default_factory=dict)

    @property
    def examples(self) -> tuple[str, ...]:
        """A few of the sounds, of different kinds."""
        return tuple(concept.name for concept in self.concepts[::20])

    def hint(self, *prompts: str) -> Hint | None:
        """The hint for prompts; None where they are understood or ask for no sound.

        A word that occurs several times is in it once.
        """
        unknown = [one for prompt in prompts for one in self._unknown_phrases(prompt)]
        shown = _first_of_each(unknown, lambda one: one.stems)[:_MAX_UNKNOWN]
        nearest = dict.fromkeys(name for one in shown for name in self._nearest_concepts(one.stems))
        words = tuple(_shortened(one.typed) for one in shown)
        return Hint(words, tuple(nearest)[:_MAX_NEAREST]) if shown else None

    def _unknown_phrases(self, prompt: str) -> list[_Phrase]:
        """The unknown sounds that a prompt asks for, in its order.

        Each part of it, up to a comma or an "and", asks for one sound. Where that is known, the
        other words of the part describe it ("a truck engine"). Where another part asks for the
        nearest known sound ("rock drums and cymbals"), the word is left out too. Words in no table
        count only where nothing is known.
        """
        phrases = tuple(self._phrases(prompt))
        known = {one.part for one in phrases if one.stems in self._named}
        asked = {self._named.get(one.stems) for one in phrases}
        others = [
            one
            for one in phrases
            if one.part not in known and asked.isdisjoint(self._nearest_concepts(one.stems)[:1])
        ]
        sounds = [one for one in others if self._asks_for_sound(one.stems)]
        if not sounds and not known:
            sounds = [one for one in others if one.stems in self._related]
            sounds = sounds or [one for one in others if one.stems not in self._colours]
        # Of words in one part with the same nearest concepts ("a dog barking"), the first one.
        return _first_of_each(sounds, lambda one: (one.part, self._nearest_concepts(one.stems)))

    def _phrases(self, prompt: str) -> Iterator[_Phrase]:
        """Split a prompt into the longest known phrases, else single words."""
        tokens = list(_TOKEN.finditer(prompt))[:_MAX_TOKENS]
        stems = [_stem(token[0].lower()) for token in tokens]
        position = part = 0
        while position < len(tokens):
            sizes = range(min(self._longest, len(tokens) - position), 1, -1)
            keys = {size: " ".join(stems[position : position + size]) for size in sizes}
            size = next((size for size in sizes if keys[size] in self._known), 1)
            first, last = tokens[position], tokens[position + size - 1]
            if size == 1 and (first[0].lower() in _SEPARATORS or not first[0][0].isalpha()):
                part += 1
            else:
                typed = " ".join(prompt[first.start() : last.end()].split())
                yield _Phrase(typed, keys.get(size, stems[position]), part)
            position += size

    def _asks_for_sound(self, stems: str) -> bool:
        """Whether words name an unknown sound, and cannot describe another sound instead."""
        if stems in self._colours:
            return False
        return stems in self._related or bool(self._nearest_concepts(stems))

    def _nearest_concepts(self, stems: str) -> tuple[str, ...]:
        """Names of the concepts that are near to words that name none."""
        if stems in self._known:
            return self._related.get(stems, ())
        candidates = self._by_letter[stems[0]] if len(stems) >= _MIN_TYPO_LETTERS else ()
        matches = get_close_matches(stems, candidates, n=1, cutoff=_MIN_SIMILARITY)
        return (self._named[matches[0]],) if matches else ()

    @cached_property
    def _named(self) -> dict[str, str]:
        """The concepts' names by the stems of all words that ask for them."""
        names = {_stems(phrase): name for phrase, name in self.telling.items()}
        for concept in self.concepts:
            for phrase in (*concept.synonyms, concept.name):
                names[_stems(phrase)] = concept.name
        return names

    @cached_property
    def _related(self) -> dict[str, tuple[str, ...]]:
        return {_stems(phrase): names for phrase, names in self.related.items()}

    @cached_property
    def _colours(self) -> frozenset[str]:
        return frozenset(map(_stems, self.attributes))

    @cached_property
    def _known(self) -> frozenset[str]:
        """All words of all tables."""
        return self._colours.union(self._named, self._related)

    @cached_property
    def _longest(self) -> int:
        """How many words the longest phrase has."""
        return max((phrase.count(" ") + 1 for phrase in self._known), default=1)

    @cached_property
    def _by_letter(self) -> defaultdict[str, list[str]]:
        """Single words that ask for a concept by first letter, which is seldom mistyped."""
        words: defaultdict[str, list[str]] = defaultdict(list)
        for phrase in self._named:
            if " " not in phrase:
                words[phrase[0]].append(phrase)
        return words


def _first_of_each(phrases: Iterable[_Phrase], key: Callable[[_Phrase], Hashable]) -> list[_Phrase]:
    """The first phrase of each key."""
    firsts: dict[Hashable, _Phrase] = {}
    for one in phrases:
        firsts.setdefault(key(one), one)
    return list(firsts.values())


def _stems(phrase: str) -> str:
    return " ".join(_stem(token[0]) for token in _TOKEN.finditer(phrase.lower()))


def _stem(word: str) -> str:
    """A word without the endings that leave its meaning: -s, -ing, -ed, and a last -e."""
    if len(word) > 3 and word.endswith("s") and word[-2] not in "su":
        word = word[:-1]
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if 2 < len(rest) < len(word) and rest[-1] != "e" and _VOWEL.search(rest):
            word = _DOUBLE_CONSONANT.sub(r"\1", rest)
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def _shortened(word: str) -> str:
    return word if len(word) <= _MAX_LETTERS else f"{word[: _MAX_LETTERS - 1]}…"
