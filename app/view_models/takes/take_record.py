"""The record of a take: all that the history shows without opening its files."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.view_models.takes.take_labels import NO_LABELS, TakeLabels
from core.api.request import GenerationRequest
from core.api.take import Marker


class TakePlace(StrEnum):
    """Where a take is stored."""

    LIBRARY = "library"
    TRASH = "trash"
    MISSING = "missing"  # its folder is gone
    MEMORY = "memory"  # it could not be written, and is lost when the window closes


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeRecord:
    """A row of the history.

    Attributes:
        take_id: Names the take, and its folder.
        request: What was asked for.
        created_at: When it was finished, UTC.
        duration_s: Length in seconds.
        is_starred: Whether the person wants to find it again.
        notes: What the person wrote about it.
        labels: Its tags and its project.
        markers: Those in its sound, in the order of time.
        size_bytes: What it takes on the disk.
        place: Where its files are.
    """

    take_id: str
    request: GenerationRequest
    created_at: datetime
    duration_s: float
    is_starred: bool = False
    notes: str = ""
    labels: TakeLabels = NO_LABELS
    markers: tuple[Marker, ...] = ()
    size_bytes: int = 0
    place: TakePlace = TakePlace.LIBRARY


def new_take_id() -> str:
    """Return a unique name that sorts by time, such as 20260131T120000-1f2e3d4c."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def new_group_ids(count: int) -> list[str]:
    """Return the names of takes that are made as one group, in their order."""
    group = new_take_id()
    return [f"{group}.{number:04}" for number in range(1, count + 1)]


def group_of(take_id: str) -> str:
    """Return the name of the group that a take was made in; empty for a take by itself."""
    return take_id.rpartition(".")[0]
