"""What one clip will hold, drawn from its number alone."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from bundled_model.data.attributes import Loudness, Register, Style, Tempo
from bundled_model.data.concepts import CONCEPTS, Concept, Instrument, Source

Item = TypeVar("Item")

SAMPLE_RATE = 16000
CLIP_SAMPLES = 81920
"""5.12 s: 512 mel frames, the window of the model."""


@dataclass(frozen=True)
class ClipPlan:
    """One clip: a concept with its attributes and perhaps a second one under it.

    Attributes:
        concept: Index into `CONCEPTS`.
        second: Index of a second concept that sounds at the same time, or None.
        seed: What all further chance in its rendering starts from.
    """

    concept: int
    second: int | None
    tempo: Tempo
    register: Register
    style: Style
    loudness: Loudness
    seed: tuple[int, ...]


class ClipPlanner:
    """Draws the plan of any clip by number: same seed and number, same plan.

    Args:
        seed: Seed of the whole set; sets of different seeds share no clip.
        sources: Kinds of source that may be used, so that a machine without the sound
            packages can still follow the recipe with computed sounds.
        pair_share: Part of the clips that hold two concepts.
    """

    def __init__(self, seed: int, sources: tuple[type[Source], ...], pair_share: float) -> None:
        self.seed = seed
        self.pair_share = pair_share
        self.concepts = tuple(
            index for index, concept in enumerate(CONCEPTS) if isinstance(concept.source, sources)
        )

    def plan(self, number: int) -> ClipPlan:
        """Return the plan of clip `number`; concepts take turns, the rest is chance."""
        rng = np.random.default_rng((self.seed, number))
        index = self.concepts[number % len(self.concepts)]
        second = self._second(index, rng) if rng.random() < self.pair_share else None
        concept = CONCEPTS[index]
        return ClipPlan(
            concept=index,
            second=second,
            tempo=_draw(rng, tuple(Tempo)) if concept.has_tempo else Tempo.MEDIUM,
            register=_draw(rng, tuple(Register)) if concept.has_register else Register.MIDDLE,
            style=_draw(rng, concept.styles),
            loudness=_draw(rng, (*Loudness, Loudness.NORMAL, Loudness.NORMAL)),
            seed=(self.seed, number, 1),
        )

    def _second(self, first: int, rng: np.random.Generator) -> int | None:
        """Return a concept that goes with the first: notes with no notes, else anything."""
        others = [i for i in self.concepts if go_together(first, i)]
        return int(rng.choice(others)) if others else None


def go_together(first: int, second: int) -> bool:
    """Tell whether two concepts differ and do not both play notes, which would be in two keys."""
    play_both = _plays_notes(CONCEPTS[first]) and _plays_notes(CONCEPTS[second])
    return first != second and not play_both


def _plays_notes(concept: Concept) -> bool:
    return isinstance(concept.source, Instrument)


def _draw(rng: np.random.Generator, items: tuple[Item, ...]) -> Item:
    """Return one of the items; NumPy's own choice would turn enum members into strings."""
    return items[int(rng.integers(len(items)))]
