"""Clips at the same time or one after another: hardly a mixture comes twice in training."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from bundled_model.data.augmentation import Waveform
from bundled_model.data.planning import ClipPlan, go_together
from bundled_model.data.waveform_mixing import drawn_levels, in_sequence, mixed_by_level
from bundled_model.data.waveform_store import WaveformStore

THIRD_SHARE = 0.2
"""Part of the mixtures at the same time that hold three sounds."""
CHANGE = (0.35, 0.65)
"""Where a second sound follows a first one, as parts of the clip."""
TRIES = 20


class Arrangement(StrEnum):
    """How the sounds of a clip stand to each other."""

    ALONE = "alone"
    TOGETHER = "together"
    BACKGROUND = "background"
    SEQUENCE = "sequence"


ARRANGED_SHARES = {
    Arrangement.TOGETHER: 0.22,
    Arrangement.BACKGROUND: 0.09,
    Arrangement.SEQUENCE: 0.12,
}
"""Part of the clips that become such mixtures; the others stay alone."""


@dataclass(frozen=True)
class Mixture:
    """One or several clips in one.

    Attributes:
        plans: What sounds; the first is the loudest, or comes first.
        arrangement: How.
    """

    plans: tuple[ClipPlan, ...]
    arrangement: Arrangement = Arrangement.ALONE

    @property
    def concepts(self) -> tuple[int, ...]:
        """The concepts that sound."""
        return tuple(plan.concept for plan in self.plans)


def drawn_mixture(
    clips: WaveformStore, number: int, rng: np.random.Generator
) -> tuple[Mixture, tuple[int, ...]]:
    """Draw what clip `number` becomes part of: the mixture, and the numbers of its clips.

    Most clips stay alone.
    """
    arrangement = _arrangement(rng)
    wanted = 1 if arrangement is Arrangement.ALONE else 2
    if arrangement is Arrangement.TOGETHER and rng.random() < THIRD_SHARE:
        wanted = 3
    numbers = [number]
    for _ in range(TRIES if wanted > 1 else 0):
        other = int(rng.integers(len(clips)))
        concepts = [clips.plans[one].concept for one in numbers]
        if arrangement is Arrangement.SEQUENCE:
            fits = clips.plans[other].concept not in concepts
        else:
            fits = all(go_together(one, clips.plans[other].concept) for one in concepts)
        if fits:
            numbers.append(other)
        if len(numbers) == wanted:
            break
    if len(numbers) == 1:
        arrangement = Arrangement.ALONE
    plans = tuple(clips.plans[one] for one in numbers)
    return Mixture(plans, arrangement), tuple(numbers)


def mixed(
    waveforms: Sequence[Waveform], arrangement: Arrangement, rng: np.random.Generator
) -> Waveform:
    """Return clips (n,) in one, arranged."""
    match arrangement:
        case Arrangement.ALONE:
            return waveforms[0]
        case Arrangement.SEQUENCE:
            change = int(rng.uniform(*CHANGE) * len(waveforms[0]))
            return in_sequence(waveforms[0], waveforms[1], change)
        case _:
            is_background = arrangement is Arrangement.BACKGROUND
            return mixed_by_level(waveforms, drawn_levels(rng, len(waveforms), is_background))


def _arrangement(rng: np.random.Generator) -> Arrangement:
    """Draw an arrangement by its share."""
    chance = rng.random()
    for arrangement, share in ARRANGED_SHARES.items():
        if chance < share:
            return arrangement
        chance -= share
    return Arrangement.ALONE
