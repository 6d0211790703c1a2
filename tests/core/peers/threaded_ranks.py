"""Ranks that are threads of one process: enough for what needs a store and no process group."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from torch.distributed.distributed_c10d import Store

from core.peers.fault_watch import Fault
from core.peers.joining import JoinedRanks, joined
from core.peers.rank_board import open_store
from core.peers.rank_place import RankPlace

LIMIT_S = 30.0


def places(size: int) -> list[RankPlace]:
    """The places of ranks on one machine; the first hosts the store."""
    first = RankPlace(0, size, local_size=size, hosts_store=True)
    return [
        first,
        *(replace(first, rank=r, local_rank=r, hosts_store=False) for r in range(1, size)),
    ]


@contextmanager
def stores(size: int) -> Iterator[list[Store]]:
    """A connection to one store for each rank."""
    first, *others = places(size)
    host = open_store(first)
    yield [host, *(open_store(replace(place, port=host.port)) for place in others)]


def run_each(size: int, work: Callable[[int, Store, RankPlace], Any]) -> list[Any]:
    """Run `work(rank, store, place)` in a thread for each rank; results, or what was raised."""
    with stores(size) as each, ThreadPoolExecutor(size) as pool:
        waiting = [
            pool.submit(work, rank, store, place)
            for rank, (store, place) in enumerate(zip(each, places(size), strict=True))
        ]
        return [one.exception(LIMIT_S) or one.result() for one in waiting]


class Joining:
    """Joins a rank of a test, and keeps what its watch did."""

    def __init__(self, device: str = "cpu") -> None:
        self.device = device
        self.heard, self.told_to_end = threading.Event(), threading.Event()
        self.ended: list[Fault] = []

    @contextmanager
    def __call__(
        self,
        store: Store,
        place: RankPlace,
        *,
        check_cancelled: Callable[[], None] = lambda: None,
        tolerates_loss: bool = False,
    ) -> Iterator[JoinedRanks]:
        """The block is one of the ranks."""
        with joined(
            store,
            place,
            self.device,
            on_fault=self.heard.set,
            end_process=self._end,
            check_cancelled=check_cancelled,
            tolerates_loss=tolerates_loss,
        ) as ranks:
            yield ranks

    def _end(self, fault: Fault, _: Exception) -> None:
        self.ended.append(fault)
        self.told_to_end.set()
