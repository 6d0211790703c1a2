"""What the ranks write for each other to read: short texts in a store that all of them reach.

It needs no process group, so it works before there is one, and after one is broken.
"""

import time
from collections.abc import Callable
from datetime import timedelta

from torch.distributed import TCPStore  # type: ignore[attr-defined]
from torch.distributed.distributed_c10d import PrefixStore, Store

from core.api.errors import RankError
from core.peers.rank_place import FIRST, RankPlace

JOIN_S = 300.0  # how long ranks wait for each other at the start: importing torch may take long
_POLL_S = 0.02


class RankBoard:
    """Texts by name, which every rank can write and read.

    Args:
        store: The store; one board is used by one thread at a time.
        place: The rank that this process is.
        check: Called while it waits for others; raises to end the wait.

    Attributes:
        check: The same, for others that wait.
        place: The same.
    """

    def __init__(
        self, store: Store, place: RankPlace, check: Callable[[], None] = lambda: None
    ) -> None:
        self._store = store
        self.check = check
        self.place = place

    def put(self, name: str, text: str) -> None:
        """Write a text, over an older one."""
        self._store.set(name, text)

    def look(self, name: str) -> str | None:
        """The text of a name; None where there is none yet."""
        return self._store.get(name).decode() if self._store.check([name]) else None

    def replace(self, name: str, before: str, after: str) -> bool:
        """Write a text where another one, or none (""), was until now; whether that was so.

        Of several ranks that try this at once, one succeeds; their texts have to differ.
        """
        return self._store.compare_set(name, before, after).decode() == after

    def from_first(self, name: str, text: str) -> str:
        """The text that the first rank gives here; the others' own are ignored."""
        if self.place.is_first:
            self.put(name, text)
            return text
        return self._wait_for(name)

    def gather(self, name: str, text: str, timeout_s: float | None = None) -> list[str]:
        """The texts that all ranks give here, in the order of ranks; waits until all have.

        Raises:
            RankError: A rank gave none in time.
        """
        self.put(f"{name}/{self.place.rank}", text)
        deadline_s = None if timeout_s is None else time.monotonic() + timeout_s
        return [
            text if rank == self.place.rank else self._wait_for(f"{name}/{rank}", rank, deadline_s)
            for rank in range(self.place.size)
        ]

    def _wait_for(self, name: str, rank: int = 0, deadline_s: float | None = None) -> str:
        while not self._store.check([name]):
            self.check()
            if deadline_s is not None and time.monotonic() > deadline_s:
                raise RankError(
                    rank, "unknown device", "it did not join the others; see what it printed."
                )
            time.sleep(_POLL_S)
        return self._store.get(name).decode()


def open_store(place: RankPlace) -> TCPStore:
    """The store of the ranks: in this process where the place says so, else a connection to it.

    Raises:
        RankError: It cannot be reached.
    """
    try:
        return TCPStore(
            place.address,
            place.port,
            is_master=place.hosts_store,
            wait_for_workers=False,
            timeout=timedelta(seconds=JOIN_S),
        )
    except RuntimeError as error:
        raise RankError(
            FIRST,
            "unknown device",
            f"rank {place.rank} cannot reach it at {place.address}, port {place.port}.",
        ) from error


def cloned(store: Store) -> Store:
    """Another connection to the same store, for another thread."""
    connection: Store = store.clone()  # type: ignore[attr-defined]
    return connection


def board_of(store: Store, place: RankPlace, check: Callable[[], None] = lambda: None) -> RankBoard:
    """The board of this start of the ranks: texts of an earlier start are not on it."""
    return RankBoard(PrefixStore(f"tessera/{place.restarts}", store), place, check)
