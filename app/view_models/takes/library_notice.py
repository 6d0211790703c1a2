"""What a person should know about the library after it was opened, as data: the window words it."""

from dataclasses import dataclass
from enum import StrEnum


class LeftOutReason(StrEnum):
    """Why a take cannot be read."""

    NAME = "name"  # of its folder: it is no text, or leads elsewhere
    NO_DESCRIPTION = "no description"  # the system refuses to open it, or it is missing
    BAD_DESCRIPTION = "bad description"  # it is damaged, or of a newer version
    FILES = "files"  # the system refuses its folder or its files
    ROW = "row"  # of the database, which has no folder to be made again from


@dataclass(frozen=True, slots=True)
class LeftOutTake:
    """A take that is left out of the library; its files stay.

    Attributes:
        name: Of its folder or row, as far as it is text.
        reason: Why.
        detail: What exactly, in English: words of the system or of a check; may be empty.
    """

    name: str
    reason: LeftOutReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class LibraryNotice:
    """What happened to the library when it was opened; false where nothing did.

    Attributes:
        damaged_database: The name under which a damaged database is kept that was rebuilt; empty
            where it was whole.
        left_out: Takes that are left out since this start, by name.
        num_lost_requests: How many requests of the queue could not be read.
    """

    damaged_database: str = ""
    left_out: tuple[LeftOutTake, ...] = ()
    num_lost_requests: int = 0

    def __bool__(self) -> bool:
        return bool(self.damaged_database or self.left_out or self.num_lost_requests)
