"""A prompt that holds from a moment on: several of them follow each other along a clip."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from core.errors import InvalidRequestError
from core.field_checks import check_number, check_prompt


@dataclass(frozen=True, slots=True)
class PromptSegment:
    """A prompt with the moment from which it is heard, until the next one begins.

    Attributes:
        start_s: Seconds from the beginning of the clip.
        prompt: What to hear from there.
    """

    start_s: float
    prompt: str

    def __post_init__(self) -> None:
        check_number("segments", "The start of a prompt", self.start_s, 0.0, math.inf)
        check_prompt("segments", self.prompt, name=f"prompt at {self.start_s:g} s")


def as_segments(values: object, duration_s: float) -> tuple[PromptSegment, ...]:
    """Segments of a clip of `duration_s`, or their plain values as a file holds them.

    Raises:
        InvalidRequestError: The first does not begin at 0, they do not follow each other, or one
            begins after the end.
    """
    if not isinstance(values, list | tuple):
        raise InvalidRequestError("segments", "The prompts along time have to be a list.")
    segments = tuple(map(_as_segment, values))
    if segments and segments[0].start_s != 0:
        raise InvalidRequestError("segments", "The first prompt along time has to begin at 0:00.")
    for before, after in pairwise(segments):
        if after.start_s <= before.start_s:
            raise InvalidRequestError(
                "segments",
                f"The prompts along time have to follow each other: {after.start_s:g} s comes "
                f"after {before.start_s:g} s.",
            )
    if segments and segments[-1].start_s >= duration_s:
        raise InvalidRequestError(
            "segments",
            f"A prompt begins at {segments[-1].start_s:g} s, but the sound is only "
            f"{duration_s:g} s long; make it longer, or move the prompt.",
        )
    return segments


def _as_segment(value: Any) -> PromptSegment:
    try:
        return value if isinstance(value, PromptSegment) else PromptSegment(**value)
    except TypeError as error:
        raise InvalidRequestError(
            "segments", f"A prompt along time needs a start and a text, not {value!r}."
        ) from error
