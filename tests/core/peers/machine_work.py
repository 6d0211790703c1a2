"""One rank of a run over two machines, in a process of its own; see test_second_machine.

Prints "met" when all ranks have exchanged something, and then waits for the other one until a fault
ends it: the work is inside a library then, as it is while a rank waits for another one's tiles.
"""

import os
import sys

import torch
from torch.distributed.distributed_c10d import PrefixStore

from core.peers.distributed import DistributedPeers
from core.peers.fault_watch import Fault
from core.peers.joining import joined
from core.peers.rank_board import cloned, open_store
from core.peers.rank_place import RankPlace


def say(text: object) -> None:
    print(text, flush=True)


def end_process(fault: Fault, error: Exception) -> None:
    say(error)
    os._exit(1)


def main() -> int:
    place = RankPlace.from_environment()
    assert place is not None
    store = open_store(place)
    try:
        with joined(store, place, "cpu", on_fault=lambda: None, end_process=end_process) as ranks:
            group = PrefixStore("group", cloned(store))
            peers = DistributedPeers(group, place.rank, place.size, ranks.devices[place.rank])
            peers.gather_tensors([torch.ones(3)])
            say("met")
            peers.exchange({}, peers.others)  # which never comes
    except Exception as error:
        say(error)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main())
