"""Ranks that are killed: one process imports everything, and forks for each of them.

`python -m tests.app.kills.rank_forks` reads a JSON object from each line: a process to start with
its variables and arguments, or one to wait for. It answers each with a line.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[3]
RUNNING = None
_POLL_S = 0.01


class RankForks:
    """Starts processes of `main.py generate` that have imported everything already.

    Args:
        folder: For caches.
        first: Arguments of a first command, which runs to its end before anything else.
    """

    def __init__(self, folder: Path, first: Sequence[str]) -> None:
        environment = {
            **os.environ,
            "OMP_NUM_THREADS": "1",
            "XDG_CACHE_HOME": str(folder),
            "GLOO_SOCKET_IFNAME": "lo",
        }
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.app.kills.rank_forks", *first],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._ask({})  # answered once the first command has ended

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.communicate()

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
        """Start a process, and return its id; what it says goes to a file."""
        return int(self._ask({"start": [*arguments], "with": {**environment}, "log": str(log)}))

    def exit_code(self, process: int, limit_s: float = 0.0) -> int | None:
        """The exit code of a process, waiting for it a while; None where it still runs."""
        code: int | None = self._ask({"wait": process, "limit_s": limit_s})
        return code

    def _ask(self, command: Mapping[str, Any]) -> Any:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        self._server.stdin.write(json.dumps(command) + "\n")
        self._server.stdin.flush()
        return json.loads(self._server.stdout.readline())


def serve() -> None:
    """Answer the lines of standard input."""
    codes: dict[int, int] = {}
    for line in sys.stdin:
        command, answer = json.loads(line), None
        if "start" in command:
            answer = os.fork() or _be_rank(command)
        elif "wait" in command:
            answer = _wait(command["wait"], command["limit_s"], codes)
        os.write(1, json.dumps(answer).encode() + b"\n")


def _wait(process: int, limit_s: float, codes: dict[int, int]) -> int | None:
    end_s = time.monotonic() + limit_s
    while process not in codes:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            codes[process] = os.waitstatus_to_exitcode(status)
        elif time.monotonic() > end_s:
            return RUNNING
        else:
            time.sleep(_POLL_S)
    return codes[process]


def _be_rank(command: Mapping[str, Any]) -> int:
    """Carry out a command in this process, which a fork has made, and end it."""
    log = os.open(command["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ |= command["with"]
    code = 1
    try:
        code = main(command["start"])
    finally:
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    from app.cli.main import main
    from core.diffusion.run_checkpoint import RunCheckpoint

    RunCheckpoint.__init__.__defaults__ = (0.0,)  # keeps every step
    if main(sys.argv[1:]):
        raise SystemExit("the first command failed")
    import app.cli.ranks.ranked_list
    import app.cli.ranks.ranked_sound  # noqa: F401  # with what a command alone needs not

    serve()
