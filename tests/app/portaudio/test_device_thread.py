"""Calls with a time limit: what they return, and what happens when they take too long."""

import threading
from collections.abc import Iterator

import pytest

from app.portaudio.device_thread import DeviceThread, NoAnswerError


@pytest.fixture
def thread() -> Iterator[DeviceThread]:
    thread = DeviceThread(limit_s=0.2)
    yield thread
    thread.end()


def test_a_call_returns_and_raises_as_if_made_here(thread: DeviceThread) -> None:
    assert thread.call(lambda: 3) == 3
    with pytest.raises(ZeroDivisionError):
        thread.call(lambda: 1 / 0)
    assert thread.call(threading.current_thread) is thread.call(threading.current_thread)


def test_nothing_else_is_called_while_one_call_is_stuck(thread: DeviceThread) -> None:
    answer = threading.Event()
    with pytest.raises(NoAnswerError):
        thread.call(answer.wait)
    assert thread.is_stuck
    made: list[int] = []
    with pytest.raises(NoAnswerError):
        thread.call(lambda: made.append(1))
    answer.set()
    while thread.is_stuck:
        threading.Event().wait(0.01)
    assert thread.call(lambda: len(made)) == 0


def test_an_error_about_time_of_the_call_is_its_own(thread: DeviceThread) -> None:
    def refuse() -> None:
        raise TimeoutError("of the device")

    with pytest.raises(TimeoutError, match="of the device"):
        thread.call(refuse)
    assert not thread.is_stuck


def test_ending_ends_the_thread_and_leaves_a_stuck_one_behind() -> None:
    thread = DeviceThread(limit_s=0.2)
    worker = thread.call(threading.current_thread)
    thread.end()
    assert not worker.is_alive()
    answer = threading.Event()
    with pytest.raises(NoAnswerError):
        thread.call(answer.wait)
    thread.end()
    answer.set()
