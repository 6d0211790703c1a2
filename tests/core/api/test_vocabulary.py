"""What to say about prompts that hold no known word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.vocabulary import Concept, Hint, Vocabulary

VOCABULARY = Vocabulary(
    concepts=(
        Concept("piano", ("grand piano",)),
        Concept("violin", ("fiddle", "solo violin")),
        Concept("synth lead", ("sawtooth synthesizer",)),
        Concept("rain", ("rain falling", "raindrops")),
    ),
    attributes=frozenset(("a", "the", "slow", "melody", "solo", "grand", "in", "falling", "door")),
    related={
        "theremin": ("synth lead", "violin"),
        "storms": ("rain",),
        "hi hat": ("piano",),
        "drum and bass": ("piano",),
        "door": ("piano",),
        "dog": (),
        "bark": (),
    },
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
def test_known_words_and_empty_prompts_give_no_hint(prompt: str) -> None:
    assert VOCABULARY.hint(prompt) is None


def test_an_unknown_sound_is_named_with_the_nearest_ones() -> None:
    assert VOCABULARY.hint("slow theremin") == Hint(("theremin",), ("synth lead", "violin"))


def test_a_describing_word_is_no_sound() -> None:
    assert VOCABULARY.hint("grand theremin") == Hint(("theremin",), ("synth lead", "violin"))


@pytest.mark.parametrize("slip", ["vioiln", "violinn", "violn", "violen", "VIOLEN"])
def test_a_typing_error_finds_what_was_meant(slip: str) -> None:
    assert VOCABULARY.hint(slip) == Hint((slip,), ("violin",))


@pytest.mark.parametrize("word", ["xyzzy", "nolin", "pain", "piazza", "brain"])
def test_a_word_that_is_like_nothing_has_no_nearest(word: str) -> None:
    assert VOCABULARY.hint(word) == Hint((word,), ())


@pytest.mark.parametrize("form", ["bark", "barks", "barking", "barked", "Barking"])
def test_forms_of_a_word_are_the_same_word(form: str) -> None:
    assert VOCABULARY.hint(f"{form}, a violin") == Hint((form,), ())


@pytest.mark.parametrize("phrase", ["hi-hat", "hi hat", "Hi-Hats", "drum and bass"])
def test_a_phrase_is_more_than_its_words(phrase: str) -> None:
    assert VOCABULARY.hint(f"a slow {phrase}") == Hint((phrase,), ("piano",))


def test_beside_a_known_sound_only_another_name_is_in_the_hint() -> None:
    assert VOCABULARY.hint("rain and Paris") is None
    assert VOCABULARY.hint("piano and storm") == Hint(("storm",), ("rain",))


def test_words_around_a_known_sound_describe_it() -> None:
    assert VOCABULARY.hint("a violin in a storm, slow") is None
    assert VOCABULARY.hint("a violin, in a storm") == Hint(("storm",), ("rain",))


def test_a_word_is_left_out_where_its_nearest_is_asked_for() -> None:
    assert VOCABULARY.hint("rain and storm") is None
    assert VOCABULARY.hint("fiddle with theremin") == Hint(("theremin",), ("synth lead", "violin"))


def test_a_word_that_implies_a_sound_counts_as_its_name() -> None:
    assert VOCABULARY.hint("Beethoven on two Steinways") is None
    assert VOCABULARY.hint("a steinway, a storm") == Hint(("storm",), ("rain",))


def test_a_describing_word_counts_where_nothing_is_known() -> None:
    assert VOCABULARY.hint("a door") == Hint(("door",), ("piano",))
    assert VOCABULARY.hint("violin, the door") is None


def test_of_words_near_to_the_same_the_first_is_named() -> None:
    assert VOCABULARY.hint("dog barking") == Hint(("dog",), ())
    assert VOCABULARY.hint("dog and barking") == Hint(("dog", "barking"), ())


def test_words_that_name_a_sound_stand_for_the_whole_prompt() -> None:
    assert VOCABULARY.hint("qqq zzz theremin") == Hint(("theremin",), ("synth lead", "violin"))


@pytest.mark.parametrize("letter", ["q", "音"])
def test_a_very_long_word_is_cut(letter: str) -> None:
    hint = VOCABULARY.hint(letter * 136)
    assert hint is not None
    assert hint.unknown == (letter * 23 + "…",)


def test_other_letters_are_distinguished_from_latin_ones() -> None:
    words = {"钢琴": True, "ピアノ": True, "дождь": True, "Klavier": False, "écoute": False}
    hints = {word: VOCABULARY.hint(word) for word in words}
    assert {word: hint and hint.is_in_other_letters for word, hint in hints.items()} == words


def test_the_hint_for_several_prompts_repeats_no_word() -> None:
    assert VOCABULARY.hint("violin", "storm", "a STORM", "dog barking") == Hint(
        ("storm", "dog"), ("rain",)
    )
    assert VOCABULARY.hint("violin", "rain") is None
    assert VOCABULARY.hint() is None


@given(st.text(max_size=200))
def test_any_text_gives_few_names_of_concepts(prompt: str) -> None:
    hint = VOCABULARY.hint(prompt)
    if hint is not None:
        assert 1 <= len(hint.unknown) <= 2
        assert len(hint.nearest) <= 3
        assert set(hint.nearest) <= {concept.name for concept in VOCABULARY.concepts}


@given(st.sampled_from(VOCABULARY.concepts))
def test_every_concept_is_known_by_all_its_names(concept: Concept) -> None:
    for name in (concept.name, *concept.synonyms):
        assert VOCABULARY.hint(name) is None
