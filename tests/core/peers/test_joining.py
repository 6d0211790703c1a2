"""Ranks come together, compare what they are, and end together."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from unittest.mock import patch

import pytest
from torch.distributed.distributed_c10d import Store

from core.api.errors import Cancelled, DeviceMemoryError, RankError, RankLostError
from core.api.progress import Progress
from core.peers import fault_watch, handshake
from core.peers.handshake import RankFacts, compare
from core.peers.rank_place import RankPlace
from tests.core.peers.threaded_ranks import Joining, places, run_each, stores


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs of life come ten times as often, and all times are as much shorter."""
    for name in ("BEAT_S", "LOST_S", "GRACE_S"):
        monkeypatch.setattr(fault_watch, name, getattr(fault_watch, name) / 10)
    monkeypatch.setattr(fault_watch, "_TICK_S", 0.01)


def test_ranks_learn_what_the_others_compute_on() -> None:
    def work(rank: int, store: Store, place: RankPlace) -> list[str]:
        with Joining(f"cpu {rank}")(store, place) as ranks:
            return list(ranks.devices)

    assert run_each(3, work) == [["cpu 0", "cpu 1", "cpu 2"]] * 3


@pytest.mark.parametrize("program", ["tessera", "torch"])
def test_another_version_is_named_by_all(program: str) -> None:
    def facts(device: str) -> RankFacts:
        own = RankFacts("node", device)
        return replace(own, **{program: "0.0.7"}) if device == "cpu 1" else own

    def work(rank: int, store: Store, place: RankPlace) -> None:
        with Joining(f"cpu {rank}")(store, place):
            pytest.fail("they work")

    with patch.object(handshake.RankFacts, "of_this_process", facts):
        errors = run_each(3, work)

    expected = f"Rank 1 (cpu 1): it has {program.capitalize()} 0.0.7, and rank 0 has "
    assert [str(error)[: len(expected)] for error in errors] == [expected] * 3


def test_other_weights_are_named_by_all() -> None:
    def work(rank: int, store: Store, place: RankPlace) -> None:
        with Joining()(store, place) as ranks:
            facts = {"unet": "1", "vae": "other" if rank == 2 else "2"}
            compare(ranks.board, "files", facts, ranks.devices, "Copy them.")

    sentence = "Rank 2 (cpu): it has another vae than rank 0. Copy them."
    assert [str(error) for error in run_each(3, work)] == [sentence] * 3


def test_what_fails_in_one_rank_ends_the_others() -> None:
    def work(rank: int, store: Store, place: RankPlace) -> None:
        joining = Joining()
        with joining(store, place):
            if rank == 1:
                raise DeviceMemoryError("no memory.")
            assert joining.heard.wait(10)
            raise Cancelled  # as an engine does that is asked to stop

    first, failed, last = run_each(3, work)

    assert str(failed) == "no memory."
    for error in (first, last):
        assert isinstance(error, RankError)
        assert str(error) == "Rank 1 (cpu): no memory."


def test_a_cancelled_rank_cancels_the_others() -> None:
    def work(rank: int, store: Store, place: RankPlace) -> None:
        joining = Joining()
        with joining(store, place):
            if rank == 0:
                raise Cancelled
            assert joining.heard.wait(10)
            raise Cancelled

    assert [type(error) for error in run_each(2, work)] == [Cancelled] * 2


def test_a_rank_that_waits_for_others_can_be_cancelled() -> None:
    progress, place = Progress(), places(2)[0]
    progress.cancel()

    with (
        stores(2) as (first, _),
        pytest.raises(Cancelled),
        Joining()(first, place, check_cancelled=progress.check_cancelled),
    ):
        pytest.fail("the other one never came")


@pytest.fixture
def machines() -> Iterator[None]:
    """Each rank is on a machine of its own, which is called as its device."""
    facts = staticmethod(lambda device: RankFacts(device, device, os.getpid()))
    with patch.object(handshake.RankFacts, "of_this_process", facts):
        yield


@pytest.fixture
def muted() -> Iterator[set[int]]:
    """Ranks in this set give no signs of life any more."""
    mute: set[int] = set()
    turn = fault_watch.FaultWatch._turn

    def turn_unless_mute(self: fault_watch.FaultWatch, count: int, *, is_last: bool) -> None:
        while self._place.rank in mute and not self._ended.is_set():
            threading.Event().wait(0.01)
        turn(self, count, is_last=is_last)

    with patch.object(fault_watch.FaultWatch, "_turn", turn_unless_mute):
        yield mute


@pytest.mark.usefixtures("machines")
@pytest.mark.parametrize("silent", [0, 1])
def test_a_rank_without_a_sign_of_life_is_lost(muted: set[int], silent: int) -> None:
    met = threading.Barrier(3)

    def work(rank: int, store: Store, place: RankPlace) -> None:
        joining = Joining(f"cpu {rank}")
        with joining(store, place):
            met.wait()
            muted.add(silent)
            if rank != silent:
                assert joining.heard.wait(10)
                muted.clear()
                raise Cancelled
            threading.Event().wait(1.5)

    errors = run_each(3, work)

    for rank in {0, 1, 2} - {silent}:
        assert isinstance(errors[rank], RankLostError)
        assert errors[rank].rank == silent


def test_a_silent_process_of_this_machine_is_not_lost(muted: set[int]) -> None:
    def work(rank: int, store: Store, place: RankPlace) -> bool:
        joining = Joining()
        with joining(store, place):
            muted.add(1)
            threading.Event().wait(1.2)
        return joining.heard.is_set()

    assert run_each(2, work) == [False, False]


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not looked for there")
@pytest.mark.parametrize("signal_sent", ["SIGKILL", "SIGSTOP"])
def test_a_process_of_this_machine_that_ended_or_hangs_is_lost(
    muted: set[int], signal_sent: str
) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        pass_as = {"cpu 0": os.getpid(), "cpu 1": process.pid}
        facts = staticmethod(lambda device: RankFacts("node", device, pass_as[device]))

        def work(rank: int, store: Store, place: RankPlace) -> None:
            joining = Joining(f"cpu {rank}")
            with joining(store, place):
                if rank == 0:
                    process.send_signal(getattr(signal, signal_sent))
                    muted.add(1)
                assert joining.heard.wait(10)
                muted.clear()
                raise Cancelled

        with patch.object(handshake.RankFacts, "of_this_process", facts):
            error, _ = run_each(2, work)
        process.kill()

    assert isinstance(error, RankLostError)
    assert error.rank == 1


def test_work_that_does_not_end_is_ended_from_outside() -> None:
    joinings = [Joining(), Joining()]

    def work(rank: int, store: Store, place: RankPlace) -> None:
        with joinings[rank](store, place):
            if rank == 1:
                raise DeviceMemoryError("no memory.")
            assert joinings[0].told_to_end.wait(10)  # inside a library

    run_each(2, work)

    assert joinings[0].ended == [fault_watch.Fault(1, "no memory.")]
