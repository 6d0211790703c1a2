"""The words a small model knows, and what to say when a prompt holds none of them.

A model of a hundred concepts answers an unknown word with some sound or other; a person should
learn which words are near instead of wondering. Near is told by a table that the model brings
along, and where it is silent by spelling; nothing is asked of a network.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_MAX_WORDS = 200
_MAX_UNKNOWN = 2
_MAX_NEAREST = 3
_LIKE = 0.72  # of difflib's ratio, for words that name nothing known
_SLIP = 0.84  # the same for what can only be a slip of the finger


@dataclass(frozen=True, slots=True)
class Concept:
    """A kind of sound: its plain name, and other words for it."""

    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hint:
    """What a prompt asks for in vain.

    Attributes:
        unknown: Words that name nothing known, at most two.
        nearest: Names of the nearest concepts, at most three; empty where none is near.
    """

    unknown: tuple[str, ...]
    nearest: tuple[str, ...]


@dataclass(frozen=True)
class Vocabulary:
    """All words a model was trained with.

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

    def hint(self, prompt: str) -> Hint | None:
        """What to say about a prompt; None where it is understood, or asks for nothing.

        Beside a known sound a word is passed over, unless it surely names another one that is not
        near to what is asked for.
        """
        words = _WORD.findall(prompt.lower())[:_MAX_WORDS]
        strange = [word for word in dict.fromkeys(words) if not self._is_known(word)]
        asked = {name for word in words for name in self._asked_by(word)}
        if asked:
            strange = [word for word in strange if self._is_surely_another(word, asked)]
        if not strange:
            return None
        strange.sort(key=lambda word: not self._nearest(word))
        unknown = tuple(strange[:_MAX_UNKNOWN])
        nearest = dict.fromkeys(name for word in unknown for name in self._nearest(word))
        return Hint(unknown, tuple(nearest)[:_MAX_NEAREST])

    @cached_property
    def _concepts_by_word(self) -> dict[str, tuple[str, ...]]:
        """Names of the concepts that each word can stand for, without colouring words."""
        found: dict[str, tuple[str, ...]] = {}
        for concept in self.concepts:
            for word in _WORD.findall(" ".join((concept.name, *concept.synonyms)).lower()):
                if word not in self.attributes:
                    names = (*found.get(_stem(word), ()), concept.name)
                    found[_stem(word)] = tuple(dict.fromkeys(names))
        return found

    @cached_property
    def _colours(self) -> frozenset[str]:
        return frozenset(map(_stem, self.attributes))

    def _is_known(self, word: str) -> bool:
        return bool(self._asked_by(word)) or _stem(word) in self._colours

    def _asked_by(self, word: str) -> tuple[str, ...]:
        """Names of the concepts that a word names or tells."""
        named = self._concepts_by_word.get(_stem(word), ())
        return named or self._told_by_stem.get(_stem(word), ())

    @cached_property
    def _told_by_stem(self) -> dict[str, tuple[str, ...]]:
        return {_stem(word): (name,) for word, name in self.telling.items()}

    def _is_surely_another(self, word: str, asked: set[str]) -> bool:
        near = self._related_by_stem.get(_stem(word), ()) or self._alike(word, _SLIP)
        return bool(near) and asked.isdisjoint(near)

    @cached_property
    def _related_by_stem(self) -> dict[str, tuple[str, ...]]:
        return {_stem(word): names for word, names in self.related.items()}

    def _nearest(self, word: str) -> tuple[str, ...]:
        return self._related_by_stem.get(_stem(word), ()) or self._alike(word, _LIKE)

    def _alike(self, word: str, ratio: float) -> tuple[str, ...]:
        """Names of concepts whose words are spelt like this one."""
        matches = get_close_matches(_stem(word), self._concepts_by_word, n=2, cutoff=ratio)
        return tuple(name for match in matches for name in self._concepts_by_word[match])


def _stem(word: str) -> str:
    """A word without the s of a plural: enough for names of instruments."""
    return word[:-1] if len(word) > 3 and word.endswith("s") and word[-2] != "s" else word
