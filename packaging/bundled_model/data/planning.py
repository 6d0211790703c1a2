"""What one clip will hold, drawn from its number alone."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TypeVar

import numpy as np

from bundled_model.data.attributes import Loudness, Register, Style, Tempo
from bundled_model.data.augmentation import Variation
from bundled_model.data.clip import CLIP_SAMPLES
from bundled_model.data.concepts import COMMON, CONCEPTS, Concept, Instrument, Source
from bundled_model.data.recordings.library import LibraryClip

Item = TypeVar("Item")

RECORDED_SHARE = 0.5
"""Part of the clips that are recordings, of concepts that are played too."""
LONGEST_REPEATED = 0.6 * CLIP_SAMPLES
REPEATED_SHARE = 0.8
"""Part of the short recordings that are heard again and again."""
COMMON_TURNS, NOTES_TURNS = 4, 3
"""How often common concepts come in a round, and instruments with notes: others come once."""


@dataclass(frozen=True)
class Excerpt:
    """A recording in a clip.

    Attributes:
        number: Place of the recording in the library.
        words: Phrases that are true of it and not of all of its concept.
        variation: How it is changed.
        is_repeated: Whether it comes again and again; None where it lasts.
    """

    number: int
    words: tuple[str, ...]
    variation: Variation
    is_repeated: bool | None


@dataclass(frozen=True)
class ClipPlan:
    """One clip of one sound.

    Attributes:
        concept: Index into `CONCEPTS`.
        excerpt: The recording it is made of; None where it is played.
        seed: What all further chance in its rendering starts from.
    """

    concept: int
    tempo: Tempo
    register: Register
    style: Style
    loudness: Loudness
    seed: tuple[int, ...]
    excerpt: Excerpt | None = None


class ClipPlanner:
    """Draws the plan of any clip by number: same seed and number, same plan.

    Args:
        seed: Seed of the whole set; sets of different seeds share no clip.
        sources: Kinds of source that may be played, so that a machine without the sound packages
            can still follow the recipe with computed sounds.
        recordings: Those that may be used, by their places in the library.
    """

    def __init__(
        self,
        seed: int,
        sources: tuple[type[Source], ...],
        recordings: Mapping[int, LibraryClip] | None = None,
    ) -> None:
        self.seed, self.sources = seed, sources
        self.recordings = dict(recordings or {})
        self._takes = _by_concept_and_key(self.recordings)
        turns = [self._turns_of(concept) for concept in CONCEPTS]
        self.turns = tuple(
            index
            for passed in range(max(turns))
            for index, wanted in enumerate(turns)
            if wanted > passed
        )

    @property
    def digest(self) -> str:
        """A short name for all that the sound of a plan depends on; words do not count."""
        names = [source.__name__ for source in self.sources]
        clips = [(n, clip.key, clip.samples) for n, clip in self.recordings.items()]
        concepts = [(c.name, c.source, c.styles, c.has_tempo) for c in CONCEPTS]
        shares = (RECORDED_SHARE, REPEATED_SHARE)
        content = repr((self.seed, names, clips, concepts, self.turns, shares))
        return sha256(content.encode()).hexdigest()[:12]

    def plan(self, number: int) -> ClipPlan:
        """Return the plan of clip `number`; concepts take turns, the rest is chance."""
        rng = np.random.default_rng((self.seed, number))
        index = self.turns[number % len(self.turns)]
        concept = CONCEPTS[index]
        takes = self._takes.get(concept.name)
        is_played = isinstance(concept.source, self.sources)
        if takes is None or (is_played and rng.random() >= RECORDED_SHARE):
            return self._played(index, number, rng)
        excerpt = self._excerpt(takes, rng)
        loudness = Loudness.SOFT if excerpt.variation.is_distant else _loudness(rng)
        return ClipPlan(
            concept=index,
            tempo=Tempo.MEDIUM,
            register=Register.MIDDLE,
            style=Style.FREE,
            loudness=loudness,
            seed=(self.seed, number, 1),
            excerpt=excerpt,
        )

    def _played(self, index: int, number: int, rng: np.random.Generator) -> ClipPlan:
        concept = CONCEPTS[index]
        return ClipPlan(
            concept=index,
            tempo=_draw(rng, tuple(Tempo)) if concept.has_tempo else Tempo.MEDIUM,
            register=_draw(rng, tuple(Register)) if concept.has_register else Register.MIDDLE,
            style=_draw(rng, concept.styles),
            loudness=_loudness(rng),
            seed=(self.seed, number, 1),
        )

    def _excerpt(self, takes: Sequence[Sequence[int]], rng: np.random.Generator) -> Excerpt:
        """Draw a recording, then one of its variants: many variants make it no more frequent."""
        number = int(rng.choice(takes[int(rng.integers(len(takes)))]))
        clip, variation = self.recordings[number], Variation.drawn(rng)
        is_short = clip.samples / variation.speed < LONGEST_REPEATED
        is_repeated = bool(rng.random() < REPEATED_SHARE) if is_short else None
        return Excerpt(number, clip.recording.words, variation, is_repeated)

    def _turns_of(self, concept: Concept) -> int:
        """Return how often a concept comes in a round; never where there is nothing of it."""
        if not isinstance(concept.source, self.sources) and concept.name not in self._takes:
            return 0
        if concept.name in COMMON:
            return COMMON_TURNS
        return NOTES_TURNS if concept.has_register else 1


def go_together(first: int, second: int) -> bool:
    """Tell whether two concepts differ and do not both play notes, which would be in two keys."""
    play_both = _plays_notes(CONCEPTS[first]) and _plays_notes(CONCEPTS[second])
    return first != second and not play_both


def _plays_notes(concept: Concept) -> bool:
    return isinstance(concept.source, Instrument)


def _by_concept_and_key(
    recordings: Mapping[int, LibraryClip],
) -> dict[str, tuple[tuple[int, ...], ...]]:
    """Return the places of recordings, grouped by concept and in it by variants of one take."""
    grouped: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, clip in recordings.items():
        grouped[clip.recording.concept][clip.key].append(number)
    return {
        concept: tuple(tuple(numbers) for numbers in by_key.values())
        for concept, by_key in grouped.items()
    }


def _loudness(rng: np.random.Generator) -> Loudness:
    return _draw(rng, (*Loudness, Loudness.NORMAL, Loudness.NORMAL))


def _draw(rng: np.random.Generator, items: tuple[Item, ...]) -> Item:
    """Return one of the items; NumPy's own choice would turn enum members into strings."""
    return items[int(rng.integers(len(items)))]
