"""How ranks agree on the end of their common work: what each tells, and what all then raise."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

from core.api.errors import Cancelled, RankError, TesseraError


class Ending(StrEnum):
    """How a rank's part of the common work ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    FOLLOWED = "followed"  # it left because another rank did


class OtherRankLeaves(Exception):  # noqa: N818  (not an error of this rank)
    """Raised inside common work when another rank leaves it; the agreement says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rank tells the others at the end of common work.

    Attributes:
        ending: How its part ended.
        sentence: What failed; empty otherwise.
        num_posted: Messages that it has posted to rank 0 since the last agreement.
    """

    ending: Ending
    sentence: str = ""
    num_posted: int = 0

    @classmethod
    def of(cls, error: Exception | None, num_posted: int) -> Self:
        """The outcome of work that ended with this error, or without one."""
        match error:
            case None:
                return cls(Ending.DONE, "", num_posted)
            case Cancelled():
                return cls(Ending.CANCELLED, "", num_posted)
            case OtherRankLeaves():
                return cls(Ending.FOLLOWED, "", num_posted)
            case TesseraError():
                return cls(Ending.FAILED, str(error), num_posted)
        return cls(Ending.FAILED, f"{type(error).__name__}: {error}", num_posted)

    @classmethod
    def from_plain(cls, values: dict[str, Any]) -> Self:
        """The inverse of `to_plain`."""
        return cls(Ending(values["ending"]), values["sentence"], values["num_posted"])

    def to_plain(self) -> dict[str, Any]:
        """Plain values, as JSON has them."""
        return asdict(self)


def joint_error(
    own: Exception | None, outcomes: Sequence[Outcome], devices: Sequence[str]
) -> Exception | None:
    """What a rank raises: the first failure of any, else the cancelling, else nothing.

    Where all failed alike, as over a request that no rank can carry out, each raises its own error.

    Args:
        own: How this rank's part ended.
        outcomes: How every rank's part ended, in their order.
        devices: Name of each rank's device.
    """
    failed = [rank for rank, one in enumerate(outcomes) if one.ending is Ending.FAILED]
    if len(failed) == len(outcomes) and len({one.sentence for one in outcomes}) == 1:
        return own
    if failed:
        return RankError(failed[0], devices[failed[0]], outcomes[failed[0]].sentence)
    if all(outcome.ending is Ending.DONE for outcome in outcomes):
        return None
    return Cancelled()
