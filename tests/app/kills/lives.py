"""Processes that are killed: one imports everything, and forks for each life.

A life says on a line what it is about to do, and what it has done. It is killed a while after it
said so many lines, so that a seed names the moment, on a slow machine too.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[3]

Words = list[Any]


class Lives:
    """Starts lives of a module that calls `fork_lives`, and kills them.

    Args:
        module: Its name.
        folder: The library they all work in.
    """

    def __init__(self, module: str, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def live(self, number: int, lines: int, delay_s: float) -> list[Words]:
        """What a life said until it was killed, `delay_s` after its line number `lines`."""
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        said: list[Words] = []
        for line in self._process.stdout:
            words = json.loads(line)
            if words == ["dead"]:
                return said[1:]
            said.append(words)
            if len(said) == lines + 1:  # the first names its process
                time.sleep(delay_s)
                os.kill(said[0][1], signal.SIGKILL)
        raise AssertionError(f"the lives of {self._folder} ended by themselves")


def fork_lives(live: Callable[[Path, int], None]) -> None:
    """Call `live(folder, number)` in a process of its own for each number that is read."""
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            say("process", os.getpid())
            live(Path(sys.argv[1]), int(line))
            os._exit(1)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            raise SystemExit("a life ended before it was killed")
        say("dead")


def say(*words: Any) -> None:
    """Print a line at once."""
    os.write(sys.stdout.fileno(), json.dumps(words).encode() + b"\n")
