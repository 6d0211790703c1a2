import threading

import pytest

from core.api.errors import Cancelled
from core.api.events import Event, Notice, Stage, StageFinished, StageStarted
from core.api.progress import InnerProgress, Progress


@pytest.fixture
def received() -> list[Event]:
    return []


@pytest.fixture
def progress(received: list[Event]) -> Progress:
    return Progress(received.append)


def test_events_arrive_in_their_order(progress: Progress, received: list[Event]) -> None:
    events = [Notice(str(number)) for number in range(5)]
    for event in events:
        progress.emit(event)

    assert received == events


def test_events_without_a_listener_are_dropped(
    received: list[Event],
) -> None:
    progress = Progress()
    progress.emit(Notice("to the wind"))
    with progress.with_listener(received.append):
        progress.emit(Notice("to somebody"))

    assert received == [Notice("to somebody")]


def test_a_run_goes_on_until_it_is_cancelled(progress: Progress) -> None:
    progress.check_cancelled()
    assert not progress.cancelled

    progress.cancel()

    assert progress.cancelled
    with pytest.raises(Cancelled):
        progress.check_cancelled()


def test_cancelling_reaches_a_run_in_another_thread(progress: Progress) -> None:
    started, left = threading.Event(), threading.Event()

    def run() -> None:
        started.set()
        try:
            while True:
                progress.check_cancelled()
        except Cancelled:
            left.set()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    progress.cancel()
    thread.join(timeout=10)

    assert left.is_set()


def test_a_stage_emits_its_start_and_its_end(progress: Progress, received: list[Event]) -> None:
    with progress.stage(Stage.DECODING):
        progress.emit(Notice("in between"))

    begin, between, end = received
    assert begin == StageStarted(Stage.DECODING)
    assert between == Notice("in between")
    assert isinstance(end, StageFinished)
    assert end.stage is Stage.DECODING
    assert end.duration_s >= 0


def test_a_cancelled_run_begins_no_further_stage(progress: Progress, received: list[Event]) -> None:
    progress.cancel()

    with pytest.raises(Cancelled), progress.stage(Stage.VOCODING):
        pass

    assert received == []


def test_a_stage_that_fails_does_not_claim_to_be_finished(
    progress: Progress, received: list[Event]
) -> None:
    with pytest.raises(RuntimeError, match="broken"), progress.stage(Stage.DECODING):
        raise RuntimeError("broken")

    assert received == [StageStarted(Stage.DECODING)]


def test_a_listener_can_be_added_for_a_while() -> None:
    first: list[Event] = []
    second: list[Event] = []
    progress = Progress(first.append)
    before, meanwhile, after = Notice("before"), Notice("meanwhile"), Notice("after")

    progress.emit(before)
    with progress.with_listener(second.append):
        progress.emit(meanwhile)
    progress.emit(after)

    assert first == [before, meanwhile, after]
    assert second == [meanwhile]


def test_an_inner_run_is_cancelled_with_its_parent():
    outer_heard, inner_heard = [], []
    outer = Progress(outer_heard.append)
    inner = InnerProgress(outer, inner_heard.append)
    inner.emit(Notice("one"))
    assert (outer_heard, inner_heard) == ([], [Notice("one")])
    inner.cancel()
    assert outer.cancelled
    with pytest.raises(Cancelled):
        inner.check_cancelled()


def test_an_inner_run_without_a_listener_drops_its_events(progress, received):
    InnerProgress(progress).emit(Notice("one"))
    assert received == []
