import subprocess
import sys
from pathlib import Path

import pytest

from core.runtime.file_lock import exclusive_lock

HOLD = """
import sys
from pathlib import Path
from core.runtime.file_lock import exclusive_lock
with exclusive_lock(Path(sys.argv[1]), lambda: print("waiting", flush=True)):
    print("holding", flush=True)
    sys.stdin.read()
"""
PROJECT = Path(__file__).resolve().parents[3]


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that takes the lock and keeps it until its standard input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def next_word(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_a_free_lock_is_taken_without_waiting(path: Path) -> None:
    waits: list[None] = []
    for _ in range(2):
        with exclusive_lock(path, lambda: waits.append(None)):
            pass
    assert waits == []


def test_the_second_waits_until_the_first_is_done(path: Path) -> None:
    with exclusive_lock(path, lambda: None):
        second = holder(path)
        assert next_word(second) == "waiting"
    assert next_word(second) == "holding"
    second.communicate("")


def test_a_killed_holder_leaves_the_lock_free(path: Path) -> None:
    first = holder(path)
    assert next_word(first) == "holding"
    first.kill()
    first.communicate()

    second = holder(path)
    assert next_word(second) == "holding"
    second.communicate("")


def test_a_child_with_the_descriptor_still_holds_the_lock(path: Path) -> None:
    with exclusive_lock(path, lambda: None) as descriptor:
        child = subprocess.Popen(["cat"], stdin=subprocess.PIPE, pass_fds=(descriptor,))
    second = holder(path)
    assert next_word(second) == "waiting"
    child.communicate(b"")

    assert next_word(second) == "holding"
    second.communicate("")
