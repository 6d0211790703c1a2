"""Prompts along time as blocks, and how adding, moving and removing changes them.

Pure functions. Laws: the first block begins at 0, blocks are sorted by time, and no two begin
closer together than `SHORTEST_S`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.api.edit import Edit, EditKind
from core.api.request import MIN_DURATION_S, GenerationRequest, PromptSegment

Segments = tuple[PromptSegment, ...]

SHORTEST_S = 0.1
_DECIMALS = 1  # starts are multiples of 0.1 s, which is what a person can aim at
_MILLI = 3  # decimals that remain of a sum; its last bits are rounding errors


@dataclass(frozen=True, slots=True)
class PromptBlock:
    """A prompt with the range of time in which it is heard.

    Attributes:
        start_s: Where it begins, in seconds.
        stop_s: Where the next one begins or the clip ends.
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
    """Return the blocks of a clip, which cover it exactly once; later ones are left out."""
    heard = [segment for segment in segments if segment.start_s < duration_s]
    stops_s = [*(segment.start_s for segment in heard[1:]), duration_s]
    return tuple(
        PromptBlock(segment.start_s, stop_s, segment.prompt)
        for segment, stop_s in zip(heard, stops_s, strict=True)
    )


def prompts_of(request: GenerationRequest) -> Segments:
    """Return the prompts that a take was made from, along its time, with those of its edits.

    A recording has its name in place of a prompt. An edit of a band leaves them as they are: above
    and below it they can still be heard.
    """
    segments = request.segments or (PromptSegment(0.0, request.name),)
    duration_s = request.duration_s
    for edit in request.edits:
        segments, duration_s = _edited(segments, edit, duration_s)
    return segments


def _edited(segments: Segments, edit: Edit, duration_s: float) -> tuple[Segments, float]:
    """The prompts where an edit has left them, and the length of the sound then.

    An edit that would leave too little of the sound changes nothing, in none of its regions.
    """
    before = segments, duration_s
    for part in edit.parts:
        if part.kind.is_of_samples:
            segments, duration_s = _shifted(segments, part, duration_s)
        else:
            segments, duration_s = _generated(segments, part, duration_s)
        if duration_s < MIN_DURATION_S:
            return before
    return segments, duration_s


def _generated(segments: Segments, edit: Edit, duration_s: float) -> tuple[Segments, float]:
    """The same for an edit by a model, of one region."""
    start_s, stop_s = edit.start_s, edit.stop_s
    is_band = edit.low_hz > 0 or edit.high_hz is not None
    if edit.kind is EditKind.LOOP or (edit.kind is EditKind.REGENERATE and is_band):
        return segments, duration_s
    if edit.kind is EditKind.CONTINUE_RIGHT:
        start_s, stop_s = duration_s, duration_s + edit.added_s
    elif edit.kind is EditKind.CONTINUE_LEFT:
        start_s, stop_s = 0.0, edit.added_s
        segments = tuple(replace(one, start_s=one.start_s + stop_s) for one in segments)
    duration_s += edit.added_s
    return _with_stretch(segments, edit.prompt, start_s, stop_s, duration_s), duration_s


def _shifted(segments: Segments, edit: Edit, duration_s: float) -> tuple[Segments, float]:
    """The same for an edit of samples, of one region.

    A stretch that plays backwards keeps its prompts as they were.
    """
    start_s, stop_s = edit.start_s, min(edit.stop_s, duration_s)
    match edit.kind:
        case EditKind.CUT:
            shifted = [
                one if one.start_s < start_s else _earlier(one, stop_s - start_s, start_s)
                for one in segments
            ]
            left_s = duration_s - (stop_s - start_s)
        case EditKind.CROP:
            shifted = [_earlier(one, start_s, 0.0) for one in segments]
            left_s = stop_s - start_s
        case EditKind.SILENCE:
            later = edit.added_s
            shifted = [
                one if one.start_s <= start_s else replace(one, start_s=one.start_s + later)
                for one in segments
            ]
            left_s = duration_s + later
        case _:
            return segments, duration_s
    heard = [
        one
        for one, following in zip(shifted, [*shifted[1:], None], strict=True)
        if one.start_s < left_s
        and (following is None or following.start_s - one.start_s >= SHORTEST_S)
    ]
    return tuple(replace(one, start_s=round(one.start_s, _MILLI)) for one in heard), left_s


def _earlier(segment: PromptSegment, by_s: float, least_s: float) -> PromptSegment:
    return replace(segment, start_s=max(least_s, segment.start_s - by_s))


def _with_stretch(
    segments: Segments, prompt: str, start_s: float, stop_s: float, duration_s: float
) -> Segments:
    """Put one prompt over a stretch; neighbours of one text become one, too short ones go."""
    if stop_s - start_s < SHORTEST_S:
        return segments
    before = [one for one in segments if one.start_s <= start_s - SHORTEST_S]
    after = [one for one in segments if one.start_s > stop_s]
    next_s = after[0].start_s if after else duration_s
    covered = [one for one in segments if one.start_s <= stop_s]
    resumed = [replace(covered[-1], start_s=stop_s)] if next_s - stop_s > SHORTEST_S else []
    stretch = PromptSegment(start_s if before else 0.0, prompt)
    found = [*before, stretch, *resumed, *after]
    return tuple(
        replace(one, start_s=round(one.start_s, _MILLI))
        for place, one in enumerate(found)
        if place == 0 or one.prompt != found[place - 1].prompt
    )


def inserted(segments: Segments, time_s: float, duration_s: float) -> tuple[Segments, int]:
    """Insert a block without a prompt from a moment on; return the segments and its index.

    Raises:
        ValueError: There is no room for it, or the moment is not within the clip.
    """
    start_s = round(time_s, _DECIMALS)
    index = sum(segment.start_s < start_s for segment in segments)
    low_s, high_s = _start_limits(segments[:index], segments[index:], duration_s)
    if not low_s <= start_s <= high_s:
        raise ValueError(f"no prompt can begin at {time_s:g} s")
    return (*segments[:index], PromptSegment(start_s, ""), *segments[index:]), index


def moved(segments: Segments, index: int, time_s: float, duration_s: float) -> Segments:
    """Let a block begin at another moment, or as near to it as its neighbours allow.

    The first block always begins at 0.
    """
    if index == 0:
        return segments
    low_s, high_s = _start_limits(segments[:index], segments[index + 1 :], duration_s)
    if low_s > high_s:
        return segments
    start_s = max(low_s, min(round(time_s, _DECIMALS), high_s))
    return _replaced(segments, index, replace(segments[index], start_s=start_s))


def with_prompt(segments: Segments, index: int, prompt: str) -> Segments:
    """Give a block another prompt."""
    return _replaced(segments, index, replace(segments[index], prompt=prompt))


def removed(segments: Segments, index: int) -> Segments:
    """Remove a block; the one before it, or else the one after it, takes its time.

    A single block stays.
    """
    if len(segments) == 1:
        return segments
    left = (*segments[:index], *segments[index + 1 :])
    return _replaced(left, 0, replace(left[0], start_s=0.0))


def _start_limits(before: Segments, after: Segments, duration_s: float) -> tuple[float, float]:
    """Return the earliest and the latest start between two neighbours, which stay in index."""
    low_s = before[-1].start_s + SHORTEST_S if before else 0.0
    end_s = min(after[0].start_s, duration_s) if after else duration_s
    return round(low_s, _MILLI), round(end_s - SHORTEST_S, _MILLI)


def _replaced(segments: Segments, index: int, segment: PromptSegment) -> Segments:
    return (*segments[:index], segment, *segments[index + 1 :])
