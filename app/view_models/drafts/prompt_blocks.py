"""Prompts laid along time as blocks, and what moving, adding and taking away makes of them.

Pure arithmetic: whatever is done, the first block begins at 0, they follow each other, and no two
begin closer together than a person could hear.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.api.request import PromptSegment

Segments = tuple[PromptSegment, ...]

SHORTEST_S = 0.1
_DECIMALS = 1  # starts are multiples of a tenth of a second, which is what a hand can aim at
_MILLI = 3  # decimals of a sum, whose last bits are no place in time


@dataclass(frozen=True, slots=True)
class PromptBlock:
    """A prompt with the stretch that it is heard in.

    Attributes:
        start_s: From, in seconds.
        stop_s: To, where the next one begins or the clip ends.
        prompt: What to hear.
    """

    start_s: float
    stop_s: float
    prompt: str

    @property
    def middle_s(self) -> float:
        """Half way through it."""
        return (self.start_s + self.stop_s) / 2


def blocks_of(segments: Sequence[PromptSegment], duration_s: float) -> tuple[PromptBlock, ...]:
    """The blocks of a clip; they cover it exactly once. What begins after its end is left out."""
    heard = [segment for segment in segments if segment.start_s < duration_s]
    stops_s = [*(segment.start_s for segment in heard[1:]), duration_s]
    return tuple(
        PromptBlock(segment.start_s, stop_s, segment.prompt)
        for segment, stop_s in zip(heard, stops_s, strict=True)
    )


def with_another(segments: Segments, time_s: float, duration_s: float) -> tuple[Segments, int]:
    """One more block without a prompt from a moment on, and its place.

    Raises:
        ValueError: There is no room for it, or the moment is not within the clip.
    """
    start_s = round(time_s, _DECIMALS)
    place = sum(segment.start_s < start_s for segment in segments)
    low_s, high_s = _room(segments[:place], segments[place:], duration_s)
    if not low_s <= start_s <= high_s:
        raise ValueError(f"no prompt can begin at {time_s:g} s")
    return (*segments[:place], PromptSegment(start_s, ""), *segments[place:]), place


def moved(segments: Segments, place: int, time_s: float, duration_s: float) -> Segments:
    """A block that begins at another moment, or as near to it as its neighbours let it.

    The first begins at 0 in any case.
    """
    if place == 0:
        return segments
    low_s, high_s = _room(segments[:place], segments[place + 1 :], duration_s)
    if low_s > high_s:
        return segments
    start_s = max(low_s, min(round(time_s, _DECIMALS), high_s))
    return _with(segments, place, replace(segments[place], start_s=start_s))


def renamed(segments: Segments, place: int, prompt: str) -> Segments:
    """A block with another prompt."""
    return _with(segments, place, replace(segments[place], prompt=prompt))


def without(segments: Segments, place: int) -> Segments:
    """One block less: the one before it, or for the first the one after, takes its stretch.

    The last block of all stays.
    """
    if len(segments) == 1:
        return segments
    left = (*segments[:place], *segments[place + 1 :])
    return _with(left, 0, replace(left[0], start_s=0.0))


def _room(before: Segments, after: Segments, duration_s: float) -> tuple[float, float]:
    """The earliest and the latest start between neighbours; nobody is pushed aside."""
    low_s = before[-1].start_s + SHORTEST_S if before else 0.0
    end_s = min(after[0].start_s, duration_s) if after else duration_s
    return round(low_s, _MILLI), round(end_s - SHORTEST_S, _MILLI)


def _with(segments: Segments, place: int, segment: PromptSegment) -> Segments:
    return (*segments[:place], segment, *segments[place + 1 :])
