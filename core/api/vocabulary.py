"""The words a small model knows, and what to say when a prompt asks for another sound.

A model of a hundred concepts answers an unknown word with some sound or other; a person should
learn which words are near instead of wondering. The words, and what is near to them, are tables
that the model brings along; only slips of the finger are found by spelling.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s'’-]")  # a word, or a sign
_LATIN = re.compile("[a-zß-ɏ]", re.IGNORECASE)
_JOINTS = frozenset(("and", "or", "plus", "with", "while", "as", "then", "over", "followed"))
_VOWEL = re.compile("[aeiouy]")
_DOUBLE_CONSONANT = re.compile(r"([b-df-hj-np-rtv-y])\1$")  # all but l, s and z
_MAX_TOKENS = 200
_MAX_LETTERS = 24  # of a word that is quoted
_MAX_UNKNOWN = 2
_MAX_NEAREST = 3
_LIKE = 0.83  # of difflib's ratio: one letter too many, too few or wrong
_MIN_SLIP_LETTERS = 5  # shorter words are too much alike


@dataclass(frozen=True, slots=True)
class Concept:
    """A kind of sound: its plain name, and other words for it."""

    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """What a prompt asks for in vain.

    Attributes:
        unknown: Words that name nothing known, at most two, cut where they are very long.
        nearest: Names of the nearest concepts, at most three; empty where none is near.
    """

    unknown: tuple[str, ...]
    nearest: tuple[str, ...]

    @property
    def is_in_other_letters(self) -> bool:
        """Whether nothing of it is written in Latin letters, as English is."""
        return not any(map(_LATIN.search, self.unknown))


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A word or a known phrase as it was typed, its stems, and the part of the prompt it is in."""

    typed: str
    stems: str
    part: int


@dataclass(frozen=True)
class Vocabulary:
    """All words a model was trained with. Every word may be a phrase.

    Attributes:
        concepts: The sounds.
        attributes: Words that colour a sound or hold a sentence together, and name no sound.
        related: Words that name a sound which is unknown, with the nearest concepts' names.
        telling: Words that ask for a concept without naming it, with its name.
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
        """What to say about prompts; None where they are understood, or ask for nothing.

        What comes again is told once.
        """
        found = [one for prompt in prompts for one in self._in_vain(prompt)]
        told = _firsts(found, lambda one: one.stems)[:_MAX_UNKNOWN]
        nearest = dict.fromkeys(name for one in told for name in self._near(one.stems))
        words = tuple(_cut(one.typed) for one in told)
        return Hint(words, tuple(nearest)[:_MAX_NEAREST]) if told else None

    def _in_vain(self, prompt: str) -> list[_Phrase]:
        """What a prompt asks for in vain, in its order.

        Each part of it, as far as a comma or an "and", asks for one sound: where that is known,
        the rest tells of it ("a truck engine"). Where another part asks for what is nearest
        ("rock drums and cymbals"), there is nothing to say either. Words in no table are told
        only where nothing is known.
        """
        phrases = tuple(self._phrases(prompt))
        known = {one.part for one in phrases if one.stems in self._named}
        asked = {self._named.get(one.stems) for one in phrases}
        others = [
            one
            for one in phrases
            if one.part not in known and asked.isdisjoint(self._near(one.stems)[:1])
        ]
        sounds = [one for one in others if self._surely_asks(one.stems)]
        if not sounds and not known:
            sounds = [one for one in others if one.stems in self._related]
            sounds = sounds or [one for one in others if one.stems not in self._colours]
        # Of words in one part that are near to the same ("a dog barking"), the first.
        return _firsts(sounds, lambda one: (one.part, self._near(one.stems)))

    def _phrases(self, prompt: str) -> Iterator[_Phrase]:
        """Read a prompt: the longest phrases that are known, else single words."""
        tokens = list(_TOKEN.finditer(prompt))[:_MAX_TOKENS]
        stems = [_stem(token[0].lower()) for token in tokens]
        place = part = 0
        while place < len(tokens):
            sizes = range(min(self._longest, len(tokens) - place), 1, -1)
            keys = {size: " ".join(stems[place : place + size]) for size in sizes}
            size = next((size for size in sizes if keys[size] in self._known), 1)
            first, last = tokens[place], tokens[place + size - 1]
            if size == 1 and (first[0].lower() in _JOINTS or not first[0][0].isalpha()):
                part += 1
            else:
                typed = " ".join(prompt[first.start() : last.end()].split())
                yield _Phrase(typed, keys.get(size, stems[place]), part)
            place += size

    def _surely_asks(self, stems: str) -> bool:
        """Whether words ask for an unknown sound, and cannot as well colour another."""
        if stems in self._colours:
            return False
        return stems in self._related or bool(self._near(stems))

    def _near(self, stems: str) -> tuple[str, ...]:
        """Names of the concepts that are near to words which name none."""
        if stems in self._known:
            return self._related.get(stems, ())
        alike = self._by_letter[stems[0]] if len(stems) >= _MIN_SLIP_LETTERS else ()
        matches = get_close_matches(stems, alike, n=1, cutoff=_LIKE)
        return (self._named[matches[0]],) if matches else ()

    @cached_property
    def _named(self) -> dict[str, str]:
        """Names of the concepts that words ask for."""
        found = {_stems(phrase): name for phrase, name in self.telling.items()}
        for concept in self.concepts:
            for phrase in (*concept.synonyms, concept.name):
                found[_stems(phrase)] = concept.name
        return found

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
        """Single words that ask for a concept, by their first letter: few slip there."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for phrase in self._named:
            if " " not in phrase:
                found[phrase[0]].append(phrase)
        return found


def _firsts(phrases: Iterable[_Phrase], key: Callable[[_Phrase], Hashable]) -> list[_Phrase]:
    """Of phrases with the same key, the first."""
    found: dict[Hashable, _Phrase] = {}
    for one in phrases:
        found.setdefault(key(one), one)
    return list(found.values())


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


def _cut(word: str) -> str:
    return word if len(word) <= _MAX_LETTERS else f"{word[: _MAX_LETTERS - 1]}…"
