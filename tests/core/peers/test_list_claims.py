"""A list of works over ranks: nothing is made twice or lost, whoever ends when."""

import random
import threading
import time
from collections import Counter
from dataclasses import replace

import pytest
from torch.distributed.distributed_c10d import Store

from core.peers.list_claims import ListClaims, ListOutcome
from core.peers.rank_place import RankPlace
from tests.core.peers.threaded_ranks import places, run_each, stores


class KilledError(Exception):
    """A rank's process has ended."""


def no_wait() -> None:
    """What is called while others have all that is left."""


def test_each_work_is_taken_once() -> None:
    def work(rank: int, store: Store, place: RankPlace) -> list[int]:
        claims, taken = ListClaims(store, place), []
        for index in claims.take(40, no_wait):
            taken.append(index)
            claims.finish(index)
        return taken

    assert Counter(index for taken in run_each(3, work) for index in taken) == Counter(range(40))


def test_what_a_dead_rank_had_is_taken_by_another() -> None:
    with stores(2) as (first, second):
        place, other = places(2)
        dead = ListClaims(second, other)
        assert next(dead.take(3, no_wait)) == 0

        claims, taken = ListClaims(first, place), []
        for index in claims.take(3, lambda: claims.bury(1, 0)):
            taken.append(index)
            claims.finish(index)

    assert taken == [1, 2, 0]


def test_a_rank_without_signs_of_life_gives_its_work_back() -> None:
    with stores(2) as (first, second):
        place, other = places(2)
        next(ListClaims(second, other).take(1, no_wait))

        claims = ListClaims(first, place, lost=lambda: frozenset({1}))

        assert next(claims.take(1, no_wait)) == 0


def test_a_new_start_of_all_takes_only_what_is_not_done() -> None:
    with stores(2) as (first, second):
        place, other = places(2)
        before = ListClaims(first, place)
        for index in (0, 1):
            assert next(before.take(4, no_wait)) == index
            before.finish(index)
        next(ListClaims(second, other).take(4, no_wait))

        again = ListClaims(first, replace(place, restarts=1))
        taken = []
        for index in again.take(4, no_wait):
            taken.append(index)
            again.finish(index)

    assert taken == [2, 3]


def test_the_first_text_stays_over_new_starts() -> None:
    with stores(1) as (store,):
        [place] = places(1)

        assert ListClaims(store, place).once("jobs", "seeds 1, 2") == "seeds 1, 2"
        assert ListClaims(store, replace(place, restarts=1)).once("jobs", "3, 4") == "seeds 1, 2"


def test_outcomes_are_told_once_in_order() -> None:
    with stores(1) as (store,):
        claims = ListClaims(store, *places(1))
        claims.finish(2)
        claims.finish(0, "no such folder.")

        assert claims.news(4) == [ListOutcome(0, "no such folder."), ListOutcome(2)]
        claims.finish(1)
        assert claims.news(4) == [ListOutcome(1)]


@pytest.mark.parametrize("seed", range(4))
def test_kills_at_random_moments_lose_nothing(seed: int) -> None:
    chance, done = random.Random(seed), Counter[int]()
    kills, lock = [20], threading.Lock()

    def live(store: Store, place: RankPlace, life: int) -> None:
        claims = ListClaims(store, place, life)
        for index in claims.take(60, no_wait):
            while place.is_first and kills[0]:
                time.sleep(0.01)  # the others would have little to do
            with lock:
                moment = chance.random() if not place.is_first and kills[0] else 1.0
                kills[0] -= moment < 0.4
            if moment < 0.2:
                raise KilledError
            done[index] += 1
            if moment < 0.4:
                raise KilledError  # the file is written, and nobody knows
            claims.finish(index)

    def work(rank: int, store: Store, place: RankPlace) -> None:
        life = 0
        while True:
            try:
                return live(store, place, life)
            except KilledError:
                ListClaims(store, place).bury(rank, life)
                life += 1

    assert run_each(3, work) == [None] * 3
    assert set(done) == set(range(60))
    assert kills == [0]
