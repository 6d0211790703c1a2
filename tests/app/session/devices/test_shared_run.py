"""What keeps the studio's own process from waiting for a rank that is gone."""

import threading

import pytest

from app.session.devices.shared_run import StoppableProgress, _unless_faulty
from core.api.errors import Cancelled, RankLostError
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.peers.alone import ALONE
from core.peers.peers import Peers


def test_a_fault_ends_a_connection_that_nothing_else_ends() -> None:
    gone = threading.Event()

    def connect() -> Peers:
        gone.wait()
        return ALONE

    def check() -> None:
        raise RankLostError(1, "cuda:1")

    with pytest.raises(RankLostError):
        _unless_faulty(connect, check)
    gone.set()


def test_a_connection_that_fails_says_why() -> None:
    def connect() -> Peers:
        raise RankLostError(2, "cpu")

    with pytest.raises(RankLostError, match="Rank 2"):
        _unless_faulty(connect, lambda: None)
    assert _unless_faulty(lambda: ALONE, lambda: None) is ALONE


def test_a_run_that_is_stopped_was_not_cancelled_by_a_person() -> None:
    heard: list[Event] = []
    person = Progress(heard.append)
    run = StoppableProgress(person)
    run.emit(Notice("so far"))
    run.cancel()

    assert heard == [Notice("so far")]
    assert run.cancelled
    assert not person.cancelled
    with pytest.raises(Cancelled):
        run.check_cancelled()


def test_cancelling_by_a_person_stops_the_run() -> None:
    person = Progress()
    run = StoppableProgress(person)
    assert not run.cancelled
    person.cancel()
    assert run.cancelled
