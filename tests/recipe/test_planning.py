"""Plans are drawn from numbers alone, and captions say nothing false of them."""

from collections import Counter

import numpy as np
import pytest
from bundled_model.captions.caption import caption
from bundled_model.captions.scenes import SCENES
from bundled_model.captions.vocabulary import (
    DISTANT_PHRASES,
    LOUDNESS_WORDS,
    REPEATED_PHRASES,
    SINGLE_PHRASES,
)
from bundled_model.data.attributes import Loudness, Tempo
from bundled_model.data.concepts import COMMON, CONCEPT_NAMES, CONCEPTS, Source, Synthesis
from bundled_model.data.mixture import Arrangement, Mixture
from bundled_model.data.planning import ClipPlan, ClipPlanner
from bundled_model.data.recordings.library import Library
from bundled_model.data.recordings.split import Part
from bundled_model.report.prompts import FREE_PHRASINGS
from hypothesis import given
from hypothesis import strategies as st

EVERY_SOURCE: tuple[type[Source], ...] = tuple(
    {type(concept.source) for concept in CONCEPTS if concept.source is not None}
)


def words_of(plan: ClipPlan) -> tuple[str, ...]:
    """All that a caption may call a sound."""
    concept = CONCEPTS[plan.concept]
    own = plan.excerpt.words if plan.excerpt else ()
    return (*concept.names, *own, *SCENES.get(concept.name, ()))


@given(st.integers(0, 10**6))
def test_the_same_number_is_always_the_same_plan(library: Library, number: int) -> None:
    recordings = library.numbered(Part.TRAINING)
    planner, other = (ClipPlanner(1, EVERY_SOURCE, recordings) for _ in "ab")
    assert planner.plan(number) == other.plan(number)
    assert planner.digest == other.digest


def test_other_recordings_are_another_set(library: Library) -> None:
    planners = [ClipPlanner(1, EVERY_SOURCE, library.numbered(part)) for part in Part]
    assert planners[0].digest != planners[1].digest


def test_recordings_of_one_part_alone_are_used(library: Library) -> None:
    training = library.numbered(Part.TRAINING)
    planner = ClipPlanner(1, (Synthesis,), training)
    plans = [planner.plan(number) for number in range(300)]
    used = {plan.excerpt.number for plan in plans if plan.excerpt}
    assert used == set(training)
    assert {CONCEPT_NAMES[plan.concept] for plan in plans if plan.excerpt} == {
        clip.recording.concept for clip in training.values()
    }


def test_common_sounds_come_more_often() -> None:
    assert set(CONCEPT_NAMES) >= COMMON
    turns = Counter(ClipPlanner(1, EVERY_SOURCE).turns)
    clock, violin, bongos = (turns[CONCEPT_NAMES.index(n)] for n in ("clock", "violin", "bongos"))
    assert clock > violin > bongos == 1


def test_without_recordings_only_what_can_be_played_is_planned() -> None:
    planner = ClipPlanner(1, (Synthesis,))
    assert {type(CONCEPTS[turn].source) for turn in planner.turns} == {Synthesis}


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_caption_names_the_sound_and_nothing_false(
    library: Library, number: int, seed: int
) -> None:
    plan = ClipPlanner(1, EVERY_SOURCE, library.numbered(Part.TRAINING)).plan(number)
    words = caption(Mixture((plan,)), np.random.default_rng(seed))
    named = [name for name in words_of(plan) if name in words]
    assert named
    others = set(words.replace(max(named, key=len), "").replace(",", "").split())
    assert plan.tempo is Tempo.SLOW or "slow" not in others
    assert plan.tempo is Tempo.FAST or "fast" not in others
    assert plan.loudness is Loudness.LOUD or others.isdisjoint({"loud", "powerful"})
    assert plan.loudness is Loudness.SOFT or others.isdisjoint({"quiet", "faint", "distant"})


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_noun_has_one_article(library: Library, number: int, seed: int) -> None:
    plan = ClipPlanner(1, EVERY_SOURCE, library.numbered(Part.TRAINING)).plan(number)
    words = f" {caption(Mixture((plan,)), np.random.default_rng(seed))} "
    for wrong in (" a a ", " the a ", " a someone ", " a alarm", " a engine", " some the "):
        assert wrong not in words


@pytest.mark.parametrize("arrangement", list(Arrangement)[1:])
@given(numbers=st.tuples(st.integers(0, 999), st.integers(0, 999)), seed=st.integers(0, 999))
def test_a_caption_of_two_names_both(
    arrangement: Arrangement, numbers: tuple[int, int], seed: int
) -> None:
    planner = ClipPlanner(1, EVERY_SOURCE)
    plans = tuple(map(planner.plan, numbers))
    words = caption(Mixture(plans, arrangement), np.random.default_rng(seed))
    for plan in plans:
        assert any(name in words for name in words_of(plan))


def test_the_order_of_a_sequence_is_kept() -> None:
    plans = [*map(ClipPlanner(1, EVERY_SOURCE).plan, range(999))]
    piano, harp = (
        next(plan for plan in plans if CONCEPT_NAMES[plan.concept] == name)
        for name in ("piano", "harp")
    )
    captions = {
        caption(Mixture((piano, harp), Arrangement.SEQUENCE), np.random.default_rng(seed))
        for seed in range(300)
    }
    assert "piano, then harp" in captions
    assert "harp after piano" in captions
    assert "harp, then piano" not in captions
    assert "piano after harp" not in captions


def test_distance_and_repetition_have_words_of_their_own() -> None:
    soft = set(LOUDNESS_WORDS[Loudness.SOFT])
    phrases = " ".join((*DISTANT_PHRASES, *REPEATED_PHRASES, *SINGLE_PHRASES))
    assert soft.isdisjoint(phrases.split())


def test_no_caption_is_a_prompt_of_the_report() -> None:
    planner, rng = ClipPlanner(1, EVERY_SOURCE), np.random.default_rng(0)
    captions = {caption(Mixture((planner.plan(number),)), rng) for number in range(20_000)}
    assert len(captions) > 10_000
    assert captions.isdisjoint(FREE_PHRASINGS)
    scenes = [scene for of_concept in SCENES.values() for scene in of_concept]
    assert not any(scene in phrase for phrase in FREE_PHRASINGS for scene in scenes)
