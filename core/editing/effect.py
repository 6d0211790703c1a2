"""Checks that an edit has an effect: one that would only copy the take is refused."""

from collections.abc import Iterator

from core.api.edit import Edit, EditKind
from core.api.errors import InvalidRequestError


def check_effect(edit: Edit, duration_s: float, highest_hz: float) -> None:
    """Raise if an edit would change nothing.

    Args:
        edit: The edit.
        duration_s: Length of the take in seconds.
        highest_hz: Highest frequency of the take; of an edit by a model, the highest it makes.

    Raises:
        InvalidRequestError: Nothing would change; the sentence says why.
    """
    for part in edit.parts:
        for field, sentence in _reasons(part, duration_s, highest_hz):
            raise InvalidRequestError(field, sentence)


def _reasons(edit: Edit, duration_s: float, highest_hz: float) -> Iterator[tuple[str, str]]:
    """The fields because of which nothing would change, each with its sentence."""
    match edit.kind:
        case EditKind.CONTINUE_LEFT | EditKind.CONTINUE_RIGHT if not edit.added_s:
            yield "added_s", "0 s more would leave the sound as it is; add more than that."
        case EditKind.SILENCE if not edit.added_s:
            yield "added_s", "0 s of silence would leave the sound as it is; insert more."
        case EditKind.GAIN if not edit.gain_db:
            yield "gain_db", "A gain of 0 dB keeps what was there; choose more or less."
        case EditKind.CUT if not edit.start_s and edit.stop_s >= duration_s:
            yield "stop_s", "Nothing would be left of the sound; take out a part of it."
        case EditKind.REGENERATE:
            yield from _without_time(edit, duration_s)
            yield from _without_band(edit, highest_hz, "the model makes frequencies")
            if not edit.strength:
                yield "strength", "A strength of 0 keeps what was there; choose up to 1."
        case kind if kind.is_of_samples and kind is not EditKind.SILENCE:
            yield from _without_time(edit, duration_s)
            yield from _without_band(edit, highest_hz, "the sound reaches")


def _without_time(edit: Edit, duration_s: float) -> Iterator[tuple[str, str]]:
    if edit.start_s >= duration_s:
        yield (
            "start_s",
            f"The stretch begins at {edit.start_s:g} s, but the sound is only {duration_s:g} s "
            "long; choose an earlier one.",
        )
    if edit.start_s == edit.stop_s:
        yield (
            "stop_s",
            f"The stretch begins and ends at {edit.start_s:g} s, so there is nothing in it to "
            "change; let it end later.",
        )


def _without_band(edit: Edit, highest_hz: float, limit: str) -> Iterator[tuple[str, str]]:
    if edit.low_hz >= highest_hz:
        yield (
            "low_hz",
            f"The band begins at {edit.low_hz:g} Hz, but {limit} only up to "
            f"{highest_hz:g} Hz; choose a lower one.",
        )
    if edit.low_hz == edit.high_hz:
        yield (
            "high_hz",
            f"The band begins and ends at {edit.low_hz:g} Hz, so there is nothing in it to "
            "change; let it end higher.",
        )
