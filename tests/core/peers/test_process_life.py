"""A process of this machine lives, is stopped, or has ended, as the system says."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from core.peers.process_life import is_alive, is_stopped

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are not looked for")


@pytest.fixture
def process() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(["sleep", "60"]) as started:
        yield started
        started.kill()


def wait_until(condition: Callable[[], bool]) -> None:
    deadline_s = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline_s
        time.sleep(0.01)


def test_a_process_is_stopped_until_it_goes_on(process: "subprocess.Popen[bytes]") -> None:
    assert is_alive(process.pid)
    assert not is_stopped(process.pid)

    process.send_signal(signal.SIGSTOP)
    wait_until(lambda: is_stopped(process.pid))
    assert is_alive(process.pid)

    process.send_signal(signal.SIGCONT)
    wait_until(lambda: not is_stopped(process.pid))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it lives until it is waited for")
def test_what_nobody_has_waited_for_is_dead(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    wait_until(lambda: not is_alive(process.pid))

    assert process.returncode is None  # nobody has
    assert not is_stopped(process.pid)


def test_no_process_is_neither_alive_nor_stopped(process: "subprocess.Popen[bytes]") -> None:
    process.kill()
    process.wait()

    assert not is_alive(process.pid)
    assert not is_stopped(process.pid)
    assert not is_alive(0)
