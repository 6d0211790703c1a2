"""What to say about prompts that hold no known word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.vocabulary import Concept, Hint, Vocabulary

VOCABULARY = Vocabulary(
    concepts=(
        Concept("piano", ("grand piano",)),
        Concept("violin", ("fiddle", "solo violin")),
        Concept("synth lead", ("sawtooth synthesizer",)),
        Concept("rain", ("rain falling", "raindrops")),
    ),
    attributes=frozenset(("a", "the", "slow", "melody", "solo", "grand", "in", "falling")),
    related={"theremin": ("synth lead", "violin"), "storms": ("rain",)},
    telling={"steinway": "piano"},
)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        "piano",
        "Slow PIANO melody",
        "pianos",
        "the fiddle",
        "slow melody",
        "12 + 3",
        "a raindrop",
    ],
)
def test_what_is_known_or_asks_for_nothing_gives_no_hint(prompt: str) -> None:
    assert VOCABULARY.hint(prompt) is None


def test_an_unknown_sound_is_named_with_its_relatives() -> None:
    assert VOCABULARY.hint("slow theremin") == Hint(("theremin",), ("synth lead", "violin"))


def test_a_colouring_word_does_not_stand_for_a_sound() -> None:
    assert VOCABULARY.hint("grand theremin") == Hint(("theremin",), ("synth lead", "violin"))


def test_a_slip_of_the_finger_finds_what_was_meant() -> None:
    assert VOCABULARY.hint("vioiln") == Hint(("vioiln",), ("violin",))


def test_a_word_that_is_like_nothing_has_no_nearest() -> None:
    assert VOCABULARY.hint("xyzzy") == Hint(("xyzzy",), ())


def test_beside_a_known_sound_only_the_name_of_another_is_told() -> None:
    assert VOCABULARY.hint("rain in Paris") is None
    assert VOCABULARY.hint("piano in storm") == Hint(("storm",), ("rain",))


def test_a_relative_of_what_is_asked_for_is_passed_over() -> None:
    assert VOCABULARY.hint("rain in storm") is None
    assert VOCABULARY.hint("theremin and fiddle") is None


def test_a_word_that_tells_a_sound_is_as_good_as_its_name() -> None:
    assert VOCABULARY.hint("Beethoven on two Steinways") is None
    assert VOCABULARY.hint("a steinway in a storm") == Hint(("storm",), ("rain",))


def test_words_with_relatives_come_first() -> None:
    hint = VOCABULARY.hint("qqq zzz theremin")
    assert hint is not None
    assert hint.unknown == ("theremin", "qqq")


@given(st.text(max_size=200))
def test_any_text_is_answered_with_few_names_of_concepts(prompt: str) -> None:
    hint = VOCABULARY.hint(prompt)
    if hint is not None:
        assert 1 <= len(hint.unknown) <= 2
        assert len(hint.nearest) <= 3
        assert set(hint.nearest) <= {concept.name for concept in VOCABULARY.concepts}


@given(st.sampled_from(VOCABULARY.concepts))
def test_every_concept_is_known_by_all_its_names(concept: Concept) -> None:
    for name in (concept.name, *concept.synonyms):
        assert VOCABULARY.hint(name) is None
