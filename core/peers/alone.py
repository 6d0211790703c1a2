"""One rank: the default, which pays nothing for the others that there might be."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext

from torch import Tensor

from core.peers.peers import Peers, Plain


class Alone(Peers):
    """A run on one device. It sends nothing, and errors pass as they are."""

    def __init__(self) -> None:
        super().__init__(0, [""], [1.0])

    def gather(self, value: Plain) -> list[Plain]:
        """Only this rank's."""
        return [value]

    def gather_tensors(self, tensors: Sequence[Tensor]) -> list[list[Tensor]]:
        """Only this rank's."""
        return [list(tensors)]

    def exchange(
        self, outgoing: Mapping[int, Sequence[Tensor]], sources: Collection[int]
    ) -> dict[int, list[Tensor]]:
        """Nothing; there is nobody to name."""
        if outgoing or sources:
            raise ValueError("a rank alone can exchange nothing")
        return {}

    def spread(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        """Only this rank's."""
        return list(tensors)

    def post(self, tensors: Sequence[Tensor]) -> None:
        """Not possible: rank 0 has its own results."""
        raise ValueError(f"rank 0 cannot post {len(tensors)} tensors to itself")

    def receive(self, rank: int) -> list[Tensor]:
        """Not possible: no other rank posts anything."""
        raise ValueError(f"there is no rank {rank}")

    def leaving_together(self) -> AbstractContextManager[None]:
        """Nobody to agree with."""
        return nullcontext()

    def check(self) -> None:
        """Nobody to leave with."""

    def close(self) -> None:
        """Nothing to end."""


ALONE = Alone()  # it has no state
