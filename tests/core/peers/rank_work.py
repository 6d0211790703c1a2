"""What the ranks of these tests do: functions that a `RankPool` runs in each rank."""

import os
import time

import torch
from torch import Tensor

from core.api.errors import Cancelled, TesseraError
from core.peers.peers import Peers


def say_who(peers: Peers) -> list[list[object]]:
    return peers.gather([peers.rank, peers.size, list(peers.devices), peers.is_first])


def gather_uneven(peers: Peers) -> list[list[Tensor]]:
    """Rank r has r tensors of r + 1 rows, in another precision each."""
    dtypes = [torch.float64, torch.bfloat16, torch.float32]
    own = [torch.full((peers.rank + 1, 2), peers.rank, dtype=dtypes[i]) for i in range(peers.rank)]
    return peers.gather_tensors(own)


def exchange_with_neighbours(peers: Peers) -> dict[int, float]:
    near = [rank for rank in (peers.rank - 1, peers.rank + 1) if 0 <= rank < peers.size]
    outgoing = {rank: [torch.tensor([10.0 * peers.rank + rank])] for rank in near}
    return {rank: float(found[0]) for rank, found in peers.exchange(outgoing, near).items()}


def pass_round_twice(peers: Peers) -> list[float]:
    first = peers.pass_round([torch.tensor([float(peers.rank)])])
    return [float(first[0]), float(peers.pass_round(first)[0])]


def spread_from_first(peers: Peers) -> float:
    return float(peers.spread([torch.tensor([peers.rank + 5.0])])[0])


def post_in_turn(peers: Peers, count: int) -> list[float]:
    """Results of rank 0, 1, 2 ... in this order, at rank 0."""
    found = [float(peers.rank)]
    with peers.leaving_together():
        if peers.is_first:
            found += [float(peers.receive(r)[0]) for r in peers.others for _ in range(count)]
        else:
            for number in range(count):
                peers.post([torch.tensor([10.0 * peers.rank + number])])
    return found


def fail_at(peers: Peers, failing: int, how: str) -> list[object]:
    """One rank fails while others wait for it in several ways; then all go on."""
    caught: Exception | None = None
    try:
        with peers.leaving_together(), peers.leaving_together():
            _work(peers, failing, how)
    except (TesseraError, Cancelled) as error:
        caught = error
    return [type(caught).__name__, str(caught), peers.gather(peers.rank), post_in_turn(peers, 2)]


def _work(peers: Peers, failing: int, how: str) -> None:
    if peers.rank == failing:
        if how == "cancelled":
            raise Cancelled
        if how == "bug":
            raise KeyError("a bug")
        raise TesseraError("no memory.")
    if how == "results":
        _wait_for_results(peers, failing)
    elif how == "loop":
        end_s = time.monotonic() + 20
        while time.monotonic() < end_s:
            peers.check()
            time.sleep(0.01)
        raise AssertionError("nobody said that a rank left")
    else:
        peers.gather_tensors([torch.zeros(4)])


def _wait_for_results(peers: Peers, failing: int) -> None:
    if peers.is_first:
        peers.receive(failing)
    else:
        peers.post([torch.ones(3)])


def user_of_generator_fails(peers: Peers) -> str:
    """Rank 0 uses a generator that works with the others, and fails between two results."""

    def results() -> object:
        with peers.leaving_together():
            for _ in range(1000):
                peers.check()
                time.sleep(0.01)
                yield 1

    try:
        with peers.leaving_together():
            for _ in results():
                _vocode(peers)
    except TesseraError as error:
        return str(error)
    return "nothing was raised"


def _vocode(peers: Peers) -> None:
    if peers.is_first:
        raise TesseraError("the vocoder is broken.")


def die(peers: Peers, dying: int) -> str:
    if peers.rank == dying:
        os._exit(1)
    try:
        with peers.leaving_together():
            peers.gather(0)
    except TesseraError as error:
        return str(error)
    return "nothing was raised"
