"""The edits of a finished take: of its latents, which a model makes, and of its samples."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any, Self

from core.api.errors import InvalidRequestError
from core.api.field_checks import (
    MAX_SEED,
    as_choice,
    check_number,
    check_prompt,
    check_seed,
    field_values,
)

REMOVED_DB, LOUDEST_GAIN_DB = -120.0, 60.0
"""The range of a gain; the lower end stands for silence."""


class EditKind(StrEnum):
    """The kinds of edits."""

    REGENERATE = "regenerate"  # generate a stretch, or a band of it, again
    CONTINUE_RIGHT = "continue-right"  # add sound at the end
    CONTINUE_LEFT = "continue-left"  # add sound before the beginning
    LOOP = "loop"  # join the end to the beginning
    GAIN = "gain"  # make a stretch, or a band of it, louder or softer
    NORMALISE = "normalise"  # bring the peak of a stretch to a level
    FADE_IN = "fade-in"  # let a stretch rise from silence
    FADE_OUT = "fade-out"  # let a stretch fall to silence
    REVERSE = "reverse"  # play a stretch backwards
    CUT = "cut"  # take a stretch out
    CROP = "crop"  # take out all but a stretch
    SILENCE = "silence"  # insert silence

    @property
    def keeps_loop(self) -> bool:
        """Whether the end of a loop still leads to its beginning."""
        return self in (
            EditKind.REGENERATE,
            EditKind.GAIN,
            EditKind.NORMALISE,
            EditKind.REVERSE,
        )

    @property
    def has_regions(self) -> bool:
        """Whether it can change several regions at once."""
        alone = (EditKind.CONTINUE_RIGHT, EditKind.CONTINUE_LEFT, EditKind.LOOP, EditKind.CROP)
        return self not in alone

    @property
    def is_of_samples(self) -> bool:
        """Whether it works on samples alone, without a model."""
        return self not in (
            EditKind.REGENERATE,
            EditKind.CONTINUE_RIGHT,
            EditKind.CONTINUE_LEFT,
            EditKind.LOOP,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRegion:
    """A further region that an edit changes; its values mean what those of `Edit` do."""

    start_s: float
    stop_s: float
    low_hz: float = 0.0
    high_hz: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One edit, with all values to repeat it. Valid by construction.

    Steps, guidance, scheduler and model are those of the request that made the take.

    Attributes:
        kind: The kind of edit.
        prompt: The prompt of the generated part.
        negative_prompt: What that part should not sound like.
        transcription: What is spoken around it, in a take of a model that speaks; empty = as in
            the take.
        seed: 0 to 2**64 - 1.
        start_s: Start of the stretch, in seconds of the take; where silence is inserted.
        stop_s: Its end; the same as `start_s` changes nothing.
        low_hz: Lower edge of the band to regenerate, or to make louder.
        high_hz: Upper edge; None = up to the highest bin.
        added_s: Seconds of sound that a continuation adds, or of silence.
        gain_db: What a stretch is amplified by, from -120, which removes it, to 60; the peak that
            it is normalised to, in dB of full scale, at most 0.
        strength: How far a regenerated stretch may differ from the old one: 0 keeps it, 1 starts
            from noise alone.
        more_regions: Further regions to change in the same way. All are regions of the take as it
            was; those that are cut out do not overlap.
    """

    kind: EditKind
    prompt: str = ""
    negative_prompt: str = ""
    transcription: str = ""
    seed: int = 0
    start_s: float = 0.0
    stop_s: float = 0.0
    low_hz: float = 0.0
    high_hz: float | None = None
    added_s: float = 0.0
    strength: float = 1.0
    gain_db: float = 0.0
    more_regions: tuple[EditRegion, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", as_choice("kind", self.kind, EditKind, name="edit"))
        check_prompt("prompt", self.prompt)
        check_prompt("negative_prompt", self.negative_prompt)
        check_prompt("transcription", self.transcription, name="text to be spoken")
        check_seed(self.seed)
        check_number("start_s", "The start", self.start_s, 0.0, math.inf, unit="seconds")
        check_number("stop_s", "The end", self.stop_s, self.start_s, math.inf, unit="seconds")
        check_number("low_hz", "The band's lower edge", self.low_hz, 0.0, math.inf, unit="Hz")
        if self.high_hz is not None:
            check_number(
                "high_hz", "The band's upper edge", self.high_hz, self.low_hz, math.inf, unit="Hz"
            )
        check_number("added_s", "What is added", self.added_s, 0.0, math.inf, unit="seconds")
        check_number("strength", "The strength", self.strength, 0.0, 1.0)
        loudest_db = 0.0 if self.kind is EditKind.NORMALISE else LOUDEST_GAIN_DB
        check_number("gain_db", "The gain", self.gain_db, REMOVED_DB, loudest_db, unit="decibels")
        object.__setattr__(self, "more_regions", _as_regions(self.more_regions))
        if self.more_regions:
            self._check_regions()

    def _check_regions(self) -> None:
        if not self.kind.has_regions:
            raise InvalidRequestError("more_regions", "Such an edit cannot have several regions.")
        for after, before in pairwise(self.parts):  # each of which checks its values
            if self.kind is EditKind.CUT and before.stop_s > after.start_s:
                place = f"{after.start_s:g} s"
                raise InvalidRequestError(
                    "more_regions",
                    f"The stretches to cut out overlap at {place}; please join them.",
                )

    @property
    def parts(self) -> tuple["Edit", ...]:
        """The edit of each region; one after another they give the same as the whole.

        Samples are edited from the last region to the first, so that no edit moves what another
        is to change. Of others each has the seed after that of the one before, so that regions of
        one length differ.
        """
        if not self.more_regions:
            return (self,)
        if self.kind.is_of_samples:
            alone = (replace(self, more_regions=()), *map(self._of_region, self.more_regions))
            return tuple(sorted(alone, key=lambda part: (part.start_s, part.stop_s), reverse=True))
        others = (
            replace(self._of_region(region), seed=(self.seed + number) % (MAX_SEED + 1))
            for number, region in enumerate(self.more_regions, start=1)
        )
        return (replace(self, more_regions=()), *others)

    def _of_region(self, region: EditRegion) -> "Edit":
        return replace(self, more_regions=(), **asdict(region))

    @property
    def changes_nothing(self) -> bool:
        """Whether the result equals the take."""
        if self.more_regions:
            return all(part.changes_nothing for part in self.parts)
        match self.kind:
            case EditKind.REGENERATE:
                is_thin = self.start_s == self.stop_s or self.low_hz == self.high_hz
                return is_thin or self.strength == 0
            case EditKind.CONTINUE_RIGHT | EditKind.CONTINUE_LEFT | EditKind.SILENCE:
                return self.added_s == 0
            case EditKind.LOOP | EditKind.CROP:
                return False
            case EditKind.GAIN:
                return self.start_s == self.stop_s or not self.gain_db
        return self.start_s == self.stop_s

    def moved_s(self, time_s: float, before_s: float, after_s: float) -> float | None:
        """Where a moment of the take is heard once the edit is made; None where it is taken out.

        Args:
            time_s: Seconds from the beginning of the take.
            before_s: Length of the take.
            after_s: Length of the edited take.
        """
        moved_s: float | None = time_s
        if self.kind in (EditKind.CUT, EditKind.CROP) and before_s == after_s:
            return time_s  # it would have left too little, and changed nothing
        for part in self.parts:
            if moved_s is not None:
                moved_s = part._moved_s(moved_s, after_s - before_s)
        return moved_s

    def _moved_s(self, time_s: float, longer_by_s: float) -> float | None:
        """As `moved_s`, for an edit of one region."""
        start_s, stop_s, shift_s = self.start_s, self.stop_s, 0.0
        match self.kind:
            case EditKind.CUT if start_s <= time_s < stop_s:
                return None
            case EditKind.CROP if not start_s <= time_s <= stop_s:
                return None
            case EditKind.CUT if time_s >= stop_s:
                shift_s = start_s - stop_s
            case EditKind.CROP:
                shift_s = -start_s
            case EditKind.REVERSE if start_s <= time_s <= stop_s:
                shift_s = start_s + stop_s - 2 * time_s
            case EditKind.SILENCE if time_s >= start_s:
                shift_s = self.added_s
            case EditKind.CONTINUE_LEFT:
                shift_s = longer_by_s
        return time_s + shift_s

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON, the inverse of `from_dict`."""
        regions = [asdict(region) for region in self.more_regions]
        return {**asdict(self), "kind": str(self.kind), "more_regions": regions}

    @classmethod
    def from_dict(cls, values: object) -> Self:
        """Read an edit back; entries of newer versions are ignored.

        Raises:
            InvalidRequestError: It is no edit, or holds an unusable value.
        """
        if not isinstance(values, Mapping) or "kind" not in values:
            raise InvalidRequestError("kind", "An edit has to say of which kind it is.")
        return cls(**field_values(cls, values))


def joined_regions(regions: Iterable[EditRegion]) -> tuple[EditRegion, ...]:
    """The same regions in the order of time, with those of one band joined that overlap."""
    joined: list[EditRegion] = []
    for one in sorted(regions, key=lambda one: (one.start_s, one.stop_s)):
        band = (one.low_hz, one.high_hz)
        same = [n for n, other in enumerate(joined) if (other.low_hz, other.high_hz) == band]
        if same and one.start_s <= joined[same[-1]].stop_s:
            before = joined[same[-1]]
            joined[same[-1]] = replace(before, stop_s=max(before.stop_s, one.stop_s))
        else:
            joined.append(one)
    return tuple(joined)


def gaps_between(regions: Sequence[EditRegion], duration_s: float) -> tuple[EditRegion, ...]:
    """What a sound has before, between and after regions that do not overlap."""
    starts = [0.0, *(one.stop_s for one in regions)]
    stops = [*(one.start_s for one in regions), duration_s]
    gaps = zip(starts, stops, strict=True)
    return tuple(EditRegion(start_s=start, stop_s=stop) for start, stop in gaps if start < stop)


def _as_regions(values: object) -> tuple[EditRegion, ...]:
    """Regions, from regions or plain values of a file."""
    if not isinstance(values, list | tuple):
        raise InvalidRequestError("more_regions", "The regions of an edit have to be a list.")
    try:
        return tuple(
            value if isinstance(value, EditRegion) else EditRegion(**value) for value in values
        )
    except TypeError as error:
        raise InvalidRequestError(
            "more_regions", "A region of an edit needs a start and an end."
        ) from error
