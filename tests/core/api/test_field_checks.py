"""Checks of values that were filled in."""

from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import InvalidRequestError
from core.api.field_checks import (
    as_choice,
    check_number,
    check_seed,
    check_whole,
    field_values,
    unknown_choice_error,
)


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


@dataclass
class Box:
    width: int = 1
    height: int = 2


@given(st.floats(allow_nan=True) | st.integers())
def test_a_number_passes_where_it_lies_within_its_limits(value):
    lies_within = 0 <= value <= 10
    if lies_within:
        check_number("x", "The size", value, 0, 10)
    else:
        with pytest.raises(InvalidRequestError, match=r"^The size has to be") as caught:
            check_number("x", "The size", value, 0, 10)
        assert caught.value.field == "x"


@pytest.mark.parametrize("value", [True, 1.0, "1", None, -1, 11])
def test_what_is_no_whole_number_within_its_limits_is_refused(value):
    with pytest.raises(InvalidRequestError, match=r"^The size has to be"):
        check_whole("x", "The size", value, 0, 10)


@pytest.mark.parametrize("size", Size)
def test_a_choice_is_known_by_its_word(size):
    assert as_choice("size", str(size), Size) is size
    assert as_choice("size", size, Size) is size


@pytest.mark.parametrize("value", ["huge", "", None, 3, ["small"]])
def test_any_other_word_is_refused_with_the_choices(value):
    with pytest.raises(InvalidRequestError) as caught:
        as_choice("box_size", value, Size)
    assert caught.value.field == "box_size"
    assert str(caught.value) == f"There is no box size {value!r}; choose one of small, large."


def test_none_among_the_choices_has_a_word():
    assert str(unknown_choice_error("rate", 7, (None, 16))).endswith("choose one of none, 16.")


@given(st.dictionaries(st.sampled_from(["width", "height", "colour", "_secret"]), st.integers()))
def test_only_values_of_known_fields_are_taken(values):
    known = field_values(Box, values)
    assert set(known) == set(values) & {"width", "height"}
    assert Box(**known) == Box(values.get("width", 1), values.get("height", 2))


@pytest.mark.parametrize("value", [10**300, -(10**300)])
def test_a_huge_number_gets_a_short_sentence(value: int) -> None:
    for check in (
        lambda: check_seed(value),
        lambda: check_number("guidance_scale", "The guidance", value, 0.0, 50.0),
        lambda: check_number("guidance_scale", "The guidance", value**2, 0.0, 50.0),
    ):
        with pytest.raises(InvalidRequestError) as caught:
            check()
        assert len(str(caught.value)) < 90
