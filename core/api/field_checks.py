"""Checks of values from a person or a file; a wrong one raises with a sentence."""

import math
from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from core.api.errors import InvalidRequestError

Choice = TypeVar("Choice", bound=StrEnum)

MAX_PROMPT_CHARACTERS = 2000
MAX_LYRICS_CHARACTERS = 10_000
MAX_SEED = 2**64 - 1
_LONGEST_WRITTEN_OUT = 10**24


def check_number(
    field: str, name: str, value: object, low: float, high: float, *, unit: str = ""
) -> None:
    """Raise unless `value` is a finite number from `low` to `high`.

    Args:
        field: The field's name in the code.
        name: Its name in the sentence.
        value: The value.
        low: The smallest allowed value.
        high: The largest; infinity for no limit.
        unit: Its unit in the sentence.

    Raises:
        InvalidRequestError: With the field's name.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise InvalidRequestError(field, f"{name} has to be a number, not {_short(value)}.")
    if not low <= value <= high:
        limits = f"at least {low:g}" if math.isinf(high) else f"between {low:g} and {high:g}"
        sentence = f"{name} has to be {limits} {unit}".rstrip()
        raise InvalidRequestError(field, f"{sentence}, not {value:g}.")


def check_whole(field: str, name: str, value: object, low: int, high: int) -> None:
    """Raise unless `value` is a whole number from `low` to `high`; see `check_number`."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRequestError(field, f"{name} has to be a whole number, not {value!r}.")
    if not low <= value <= high:
        sentence = f"{name} has to be between {low} and {high}, not {_short(value)}."
        raise InvalidRequestError(field, sentence)


def check_prompt(
    field: str, value: object, *, name: str = "", most: int = MAX_PROMPT_CHARACTERS
) -> None:
    """Raise unless `value` is text that is short enough and can be encoded."""
    name = name or field.replace("_", " ")
    if not isinstance(value, str):
        raise InvalidRequestError(field, f"The {name} has to be text.")
    if len(value) > most:
        raise InvalidRequestError(
            field,
            f"The {name} has {len(value):,} characters; please shorten it to {most:,} or fewer.",
        )
    if not _is_unicode(value):
        raise InvalidRequestError(
            field, f"The {name} holds bytes that are no text; please type it again."
        )


def check_seed(value: object) -> None:
    """Raise unless `value` is a seed, 0 to 2**64 - 1."""
    check_whole("seed", "The seed", value, 0, MAX_SEED)


def as_choice(field: str, value: Any, kind: type[Choice], *, name: str = "") -> Choice:
    """The member of an enum for a member or its text; raise for anything else."""
    try:
        return kind(value)
    except ValueError as error:
        raise unknown_choice_error(field, value, tuple(kind), name=name) from error


def unknown_choice_error(
    field: str, value: object, choices: tuple[object, ...], *, name: str = ""
) -> InvalidRequestError:
    """The error that names the allowed values; None among them is called none."""
    words = ", ".join("none" if choice is None else str(choice) for choice in choices)
    name = name or field.replace("_", " ")
    return InvalidRequestError(field, f"There is no {name} {value!r}; choose one of {words}.")


def field_values(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a dataclass has fields for; a newer version may have written others too."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in values.items() if name in names}


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False


def _short(value: object) -> str:
    """A value in a sentence: a whole number of many digits as a power of ten."""
    if isinstance(value, int) and abs(value) > _LONGEST_WRITTEN_OUT:
        return f"{Decimal(value):.1e}"
    return repr(value)


def _is_unicode(text: str) -> bool:
    """Whether it can be encoded: a command line or a file may hold lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
