"""The processes of further ranks: each begins, gets its runs, and is never left behind."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.session.devices.device_processes import DeviceProcesses
from app.session.devices.rank_program import RankRun
from core.api.config import EngineConfig
from core.api.errors import Cancelled, RankLostError
from core.api.request import GenerationRequest
from core.peers.rank_place import RankPlace
from tests.app.session.devices.light_ranks import end_at_once, note_runs

ROOT = Path(__file__).parents[4]
LIMIT_S = 60.0


def go_on() -> None:
    """Nobody has cancelled."""


def wait_until(condition: Callable[[], bool]) -> None:
    end_s = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end_s
        threading.Event().wait(0.02)


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")  # one that nobody has waited for is gone, too
    return not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def processes() -> Iterator[DeviceProcesses]:
    processes = DeviceProcesses(("cuda:0", "cpu", "cpu"), note_runs)
    processes.start()
    yield processes
    processes.close()


def test_every_device_but_the_first_gets_each_run(
    processes: DeviceProcesses, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes"
    request = GenerationRequest(prompt=str(notes), duration_s=5.0)
    run = RankRun(RankPlace(0, 3), processes.devices, request, EngineConfig())
    for _ in range(2):
        processes.wait_until_ready(go_on)
        processes.hand_out(run)
    processes.wait_until_ready(go_on)

    lines = sorted(line.split()[:2] for line in notes.read_text().splitlines())
    assert lines == [["1", "cpu"]] * 2 + [["2", "cpu"]] * 2
    assert "GLOO_SOCKET_IFNAME" not in os.environ


@pytest.mark.skipif(sys.platform == "win32", reason="no signals between processes")
def test_a_process_that_ended_is_started_again(processes: DeviceProcesses) -> None:
    processes.wait_until_ready(go_on)
    before = dict(processes.process_ids)
    assert before[1] is not None
    os.kill(before[1], signal.SIGKILL)
    wait_until(lambda: processes.ended() == [1])
    processes.start()
    processes.wait_until_ready(go_on)

    assert processes.ended() == []
    assert processes.process_ids[1] != before[1]
    assert processes.process_ids[2] == before[2]


def test_one_that_ends_before_it_is_ready_is_named() -> None:
    processes = DeviceProcesses(("cpu", "cuda:1"), end_at_once)
    processes.start()
    with pytest.raises(RankLostError, match=r"Rank 1 \(cuda:1\)"):
        processes.wait_until_ready(go_on)
    processes.close()


def test_waiting_for_them_can_be_cancelled(processes: DeviceProcesses) -> None:
    def cancel() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        processes.wait_until_ready(cancel)


@pytest.mark.skipif(sys.platform == "win32", reason="no signals between processes")
def test_no_rank_outlives_a_studio_that_is_killed() -> None:
    command = [sys.executable, "-m", "tests.app.session.devices.light_ranks", str(LIMIT_S)]
    studio = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert studio.stdout is not None
    rank = int(studio.stdout.readline())
    assert is_there(rank)
    studio.kill()
    studio.wait()
    studio.stdout.close()
    wait_until(lambda: not is_there(rank))
