"""A request that waits, runs, or ended without a take."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.view_models.takes.take_record import new_take_id
from core.api.request import GenerationRequest
from core.api.take import Take


class EntryState(StrEnum):
    """The state of a request. One that became a take leaves the queue for the history."""

    WAITING = "waiting"
    RUNNING = "running"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntry:
    """An entry of the queue.

    Attributes:
        request: What is asked for.
        entry_id: Names the request, and later the take that came of it: so a take is never
            made twice, whenever the process ends.
        state: Where it stands.
        was_interrupted: Whether Tessera ended while it ran.
        is_agreed: Whether the person allowed its model to be downloaded.
        sentence: Why it failed.
        base: The take that the request's last edit is done to. It is not kept beyond this start:
            without it the take is made again first, unless it is a recording without a file.
        is_endless: Whether it goes on until somebody stops it.
        skips_pause: Whether it starts although the queue is paused: a person wants it now.
    """

    request: GenerationRequest
    entry_id: str = field(default_factory=new_take_id)
    state: EntryState = EntryState.WAITING
    was_interrupted: bool = False
    is_agreed: bool = False
    sentence: str = ""
    base: Take | None = field(default=None, compare=False, repr=False)
    is_endless: bool = False
    skips_pause: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether it ended, and only a person can start it again."""
        return self.state in (EntryState.FAILED, EntryState.CANCELLED)
