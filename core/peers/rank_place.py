"""What a rank is: one process among those that make a sound together, known by its environment.

torchrun gives each process of a run its number in variables, on any number of machines. The ranks
that the command line starts itself get the same ones, so there is one way to become a rank.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from core.api.errors import InvalidRequestError

FIRST = 0  # the rank that prints, writes files and keeps checkpoints
_NEEDED = ("RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
_AGENT_STORE, _RESTARTS = "TORCHELASTIC_USE_AGENT_STORE", "TORCHELASTIC_RESTART_COUNT"


@dataclass(frozen=True, slots=True)
class RankPlace:
    """The place of a process among the ranks.

    Attributes:
        rank: Its number, from 0.
        size: How many ranks there are, at least 1.
        address: Where the store is that all ranks can reach.
        port: The port of that store; 0 = any free one, which only its host may say.
        local_rank: Its number on this machine, from 0.
        local_size: How many ranks this machine has.
        restarts: How often all ranks were started again.
        hosts_store: Whether the store lives in this process.
    """

    rank: int
    size: int
    address: str = "127.0.0.1"
    port: int = 0
    local_rank: int = 0
    local_size: int = 1
    restarts: int = 0
    hosts_store: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "RankPlace | None":
        """The place that torchrun, or another launcher of its kind, gave this process.

        Returns:
            None where it runs alone: one of the variables is missing, or there is one rank.

        Raises:
            InvalidRequestError: The variables do not make sense.
        """
        if any(not environment.get(name) for name in _NEEDED):
            return None
        rank, size = _count(environment, "RANK"), _count(environment, "WORLD_SIZE")
        if size == 1:
            return None
        if rank >= size:
            raise InvalidRequestError(
                "devices", f"RANK is {rank}, and WORLD_SIZE is {size}: ranks count from 0."
            )
        local_size = _count(environment, "LOCAL_WORLD_SIZE", 1)
        return cls(
            rank,
            size,
            environment["MASTER_ADDR"],
            _count(environment, "MASTER_PORT"),
            _count(environment, "LOCAL_RANK", rank if local_size == size else 0),
            local_size,
            _count(environment, _RESTARTS, 0),
            hosts_store=rank == FIRST and environment.get(_AGENT_STORE) != "True",
        )

    def environment(self) -> dict[str, str]:
        """The variables that `from_environment` reads this place from."""
        return {
            "RANK": str(self.rank),
            "WORLD_SIZE": str(self.size),
            "MASTER_ADDR": self.address,
            "MASTER_PORT": str(self.port),
            "LOCAL_RANK": str(self.local_rank),
            "LOCAL_WORLD_SIZE": str(self.local_size),
            _RESTARTS: str(self.restarts),
            _AGENT_STORE: str(not self.hosts_store),
        }

    @property
    def is_first(self) -> bool:
        """Whether it is the rank that prints, writes files and keeps checkpoints."""
        return self.rank == FIRST

    def speaks(self, lost: int | None = None) -> bool:
        """Whether it prints what went wrong, for the person at its machine.

        Args:
            lost: A rank that can say nothing itself any more; its successor speaks for it.
        """
        return self.local_rank == int(lost == self.rank - self.local_rank)


def _count(environment: Mapping[str, str], name: str, default: int | None = None) -> int:
    """A count in a variable.

    Raises:
        InvalidRequestError: It is none.
    """
    text = environment.get(name)
    if not text and default is not None:
        return default
    if not text or not text.isascii() or not text.isdecimal():
        raise InvalidRequestError("devices", f"{name} has to be a whole number, not {text!r}.")
    return int(text)
