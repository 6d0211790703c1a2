"""`main.py ...` in forks of one process that has imported the engine, which takes seconds.

A fork begins where `main` is called, and ends as a program does, with all that Python does then.
What a start itself does is not tried by it. Where a system cannot fork, each run is a whole start.
"""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
CLOSED = -1
MOST_BYTES = 65_536
START_S = 300.0
START = """
import sys
from app.cli.main import main
from core.diffusion.run_checkpoint import RunCheckpoint

if __name__ == "__main__":
    if sys.argv.pop(1) == "keeps every step":
        RunCheckpoint.__init__.__defaults__ = (0.0,)
    sys.exit(main(sys.argv[1:]))
"""


class WarmRun:
    """A running fork, as `subprocess.Popen` shows a process.

    Args:
        channel: Where the server says what has become of it.
        pid: Its id.
        outputs: Descriptors to read its two outputs from; None for one that leads elsewhere.
    """

    def __init__(self, channel: socket.socket, pid: int, outputs: Sequence[int | None]) -> None:
        self._channel = channel
        self.pid = pid
        self.returncode: int | None = None
        self.stdout, self.stderr = (None if one is None else os.fdopen(one) for one in outputs)

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def poll(self) -> int | None:
        """Its exit code, as soon as it has ended."""
        return self._ended(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code; raises TimeoutError."""
        code = self._ended(timeout)
        if code is None:
            raise TimeoutError(f"process {self.pid} has not ended")
        return code

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """What is left of its outputs, once it has ended."""
        with ThreadPoolExecutor(2) as readers:  # it may wait for either to be read
            open_ones = [one for one in (self.stdout, self.stderr) if one and not one.closed]
            read = {one: readers.submit(one.read) for one in open_ones}
            try:
                self.wait(timeout)
            except TimeoutError:
                self.kill()
                raise
            said = {one: text.result() for one, text in read.items()}
        return said.get(self.stdout, ""), said.get(self.stderr, "")

    def close(self) -> None:
        """End what is left of it."""
        self.kill()
        self.wait()
        for stream in (self.stdout, self.stderr):
            if stream:
                stream.close()

    def _ended(self, timeout: float | None) -> int | None:
        if self.returncode is None:
            try:
                self.returncode = next_number(self._channel, timeout)
            except (BlockingIOError, TimeoutError):
                return None
        return self.returncode


def next_number(channel: socket.socket, timeout: float | None) -> int:
    """The number in the next line; raises TimeoutError, or BlockingIOError where it is 0."""
    channel.settimeout(timeout)
    digits = channel.recv(1)
    channel.settimeout(None)  # a line is sent as a whole
    while not digits.endswith(b"\n"):
        more = channel.recv(1)
        assert more, "the process that forks has ended"
        digits += more
    return int(digits)


class WarmProgram:
    """The process that has imported the engine; its forks run one at a time."""

    def __init__(self) -> None:
        self._channel, inner = socket.socketpair()
        with inner:
            self._server = subprocess.Popen(
                [sys.executable, "-m", "tests.app.warm_program", str(inner.fileno())],
                cwd=ROOT,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=[inner.fileno()],
            )
        self._run: WarmRun | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end_run()
        self._channel.close()
        self._server.wait()

    def start(
        self,
        args: Sequence[str],
        *,
        keeps_every_step: bool = False,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> WarmRun:
        """Run the command line with these arguments.

        Args:
            args: What follows the program's name.
            keeps_every_step: Whether each step of denoising leaves a checkpoint.
            stdout: A descriptor; `CLOSED` = it starts without this stream; None = it can be read.
            stderr: The same.
        """
        self.end_run()
        ours, theirs, given = [], [], [stdout, stderr]
        for number, descriptor in enumerate(given):
            reading, writing = os.pipe() if descriptor is None else (None, None)
            ours.append(reading)
            theirs += [] if writing is None else [writing]
            given[number] = writing if descriptor is None else descriptor
        places = [number for number, one in enumerate(given, 1) if one != CLOSED]
        request = {"args": list(args), "keeps": keeps_every_step, "places": places}
        sent = [one for one in given if one != CLOSED]
        socket.send_fds(self._channel, [json.dumps(request).encode()], sent)
        for descriptor in theirs:
            os.close(descriptor)
        self._run = WarmRun(self._channel, next_number(self._channel, START_S), ours)
        return self._run

    def end_run(self) -> None:
        """End what is left of the fork before."""
        if self._run is not None:
            self._run.close()
            self._run = None


class ColdProgram:
    """The same by whole starts, in which every stream can be read."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end_run()

    def end_run(self) -> None:
        """End what is left of the process before."""
        for process in self._processes:
            process.kill()
            process.communicate()
        self._processes.clear()

    def start(
        self, args: Sequence[str], *, keeps_every_step: bool = False
    ) -> "subprocess.Popen[str]":
        """Run the command line with these arguments."""
        kept = "keeps every step" if keeps_every_step else "keeps some"
        command = [sys.executable, "-c", START, kept, *args]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True)
        self._processes.append(process)
        return process


def serve(channel: socket.socket) -> int:
    """Fork for each request that comes; in a fork, the program's exit code."""
    import core.engine  # noqa: F401
    from app.cli import generate_command  # noqa: F401

    gc.freeze()  # a collection in a fork would copy the pages of all that was imported
    while True:
        message, descriptors, _, _ = socket.recv_fds(channel, MOST_BYTES, 2)
        if not message:
            return 0
        request = json.loads(message)
        child = os.fork()
        if child == 0:
            channel.close()
            return _run_program(request, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        channel.sendall(b"%d\n" % child)
        _, status = os.waitpid(child, 0)
        channel.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _run_program(request: dict[str, object], descriptors: Sequence[int]) -> int:
    """Take the streams that were sent, or none, as Python does when it starts; then run `main`."""
    from app.cli.main import main
    from core.diffusion.run_checkpoint import RunCheckpoint

    for descriptor, place in zip(descriptors, request["places"], strict=True):
        os.dup2(descriptor, place)
        os.close(descriptor)
    for place, name in ((1, "stdout"), (2, "stderr")):
        if place not in request["places"]:
            setattr(sys, name, None)
            os.close(place)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where nohup runs the tests
    if request["keeps"]:
        RunCheckpoint.__init__.__defaults__ = (0.0,)
    return main(request["args"])


if __name__ == "__main__":
    sys.exit(serve(socket.socket(fileno=int(sys.argv[1]))))
