"""What one rank of a run sees of the others: who they are, and the ways to speak with them."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

from torch import Tensor

from core.api.region import Span
from core.peers.rank_pace import RankPace
from core.peers.sharing import share_out

Plain = Any
"""None, a truth value, a number, a text, lists and dicts (by text) of these: as JSON has them."""


class Peers(ABC):
    """All ranks of a run, as one of them sees them. It is passed in; nothing of it is global.

    Every message has two sides: what one rank sends, another one fetches in the same place of the
    program. So all ranks call the same methods in the same order, but for `post` and `receive`.

    Args:
        rank: Number of this rank, from 0. Rank 0 is the one that a person sees: it has the results.
        devices: Name of each rank's device, in the order of ranks.
        speeds: How much work each rank does in the same time; only ratios count.

    Attributes:
        pace: The ranks' speeds as rank 0 measures them.

    Raises:
        RankLostError: By every method that speaks with another rank, where it does not answer.
    """

    def __init__(self, rank: int, devices: Sequence[str], speeds: Sequence[float]) -> None:
        self.rank = rank
        self.devices = tuple(devices)
        self.speeds = tuple(speeds)
        self.pace = RankPace(speeds)

    @property
    def size(self) -> int:
        """Number of ranks."""
        return len(self.devices)

    @property
    def is_first(self) -> bool:
        """Whether this is rank 0."""
        return self.rank == 0

    @property
    def others(self) -> tuple[int, ...]:
        """All ranks but this one, in order."""
        return tuple(rank for rank in range(self.size) if rank != self.rank)

    def share(
        self, costs: Sequence[float], capacities: Sequence[float] | None = None
    ) -> tuple[Span, ...]:
        """The stretch of items of each rank, by the ranks' speeds; see `share_out`."""
        return share_out(costs, self.speeds, capacities)

    def agree_on_speeds(self) -> None:
        """Go by the speeds that rank 0 has measured, on all ranks from now on."""
        self.speeds = tuple(self.gather(list(self.pace.speeds))[0])

    @abstractmethod
    def gather(self, value: Plain) -> list[Plain]:
        """The small plain value of every rank, in the order of ranks, on all of them."""

    @abstractmethod
    def gather_tensors(self, tensors: Sequence[Tensor]) -> list[list[Tensor]]:
        """The tensors of every rank, in the order of ranks, on all of them.

        Ranks may have tensors of different number, shape and precision. Those of other ranks are in
        host memory, bit for bit as they were.
        """

    @abstractmethod
    def exchange(
        self, outgoing: Mapping[int, Sequence[Tensor]], sources: Collection[int]
    ) -> dict[int, list[Tensor]]:
        """Send tensors to some ranks and fetch what some ranks send to this one, all at once.

        Args:
            outgoing: The tensors for each rank; an empty sequence is sent too.
            sources: The ranks that have this rank in their `outgoing`, at this same call.

        Returns:
            The tensors from each source, in host memory.
        """

    def pass_round(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Send tensors to the next rank; returns those of the rank before, in a ring."""
        if self.size == 1:
            return list(tensors)
        before = (self.rank - 1) % self.size
        return self.exchange({(self.rank + 1) % self.size: tensors}, [before])[before]

    @abstractmethod
    def spread(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """The tensors of rank 0, on all ranks; what the others pass is ignored."""

    @abstractmethod
    def post(self, tensors: Sequence[Tensor]) -> None:
        """Send results to rank 0 without waiting until it fetches them.

        They are kept until the next agreement (`leaving_together`): for small results only.
        """

    @abstractmethod
    def receive(self, rank: int) -> list[Tensor]:
        """At rank 0: the next tensors that `rank` posts, in the order in which it posts them."""

    @abstractmethod
    def leaving_together(self) -> AbstractContextManager[None]:
        """Work that all ranks leave together, in success as in failure.

        At the end of the block every rank tells the others how it went. Where one failed, all raise
        `RankError` with its sentence; where one was cancelled, all raise `Cancelled`. Where all
        failed alike, each raises its own error. Blocks may be nested: what was agreed on once
        passes through those around it.

        A generator that yields inside such a block has to be used inside another one: if its
        user fails, that one agrees, and the block in the generator only ends the others' work.

        Raises:
            RankError: A rank failed.
            Cancelled: A rank was cancelled, and none failed.
        """

    @abstractmethod
    def check(self) -> None:
        """Leave the work where another rank does; cheap, to be called for each tile or step.

        It raises an exception for the `leaving_together` around the work, which says why.
        """

    @abstractmethod
    def close(self) -> None:
        """Wait until every rank has what was sent to it, and end the connection."""
