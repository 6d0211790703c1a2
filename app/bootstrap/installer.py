"""Runs pip inside the environment and reports its progress in plain lines."""

import json
import os
import queue
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from app.bootstrap.announce import say
from app.bootstrap.environment import Environment
from app.bootstrap.pip_output import PipReporter

TICK_S = 5.0
HEARTBEAT = ""  # what `_lines` yields while pip is silent


class InstallError(Exception):
    """Raised when pip fails.

    Attributes:
        output: Everything that it printed.
        installing: Whether it had begun to change the environment.
    """

    def __init__(self, output: str, *, installing: bool) -> None:
        super().__init__(output)
        self.output = output
        self.installing = installing


def unpack_pip(environment: Environment, held_descriptor: int) -> None:
    """Put Python's own copy of pip into a new environment.

    Raises:
        InstallError: It does not unpack.
    """
    command = [str(environment.python), "-Im", "ensurepip", "--upgrade", "--default-pip"]
    _run(command, environment.folder, held_descriptor, PipReporter(lambda _: None))


def install(environment: Environment, arguments: Sequence[str], held_descriptor: int) -> None:
    """Install packages, keeping pip's own configuration.

    Downloads go to a temporary folder inside the environment: a small /tmp cannot fill up, and
    its growth is the progress that pip itself does not report.

    Args:
        environment: Where to.
        arguments: What to install, and where to look besides.
        held_descriptor: The lock's, which pip holds as well.

    Raises:
        InstallError: They could not be installed.
    """
    _run(
        [*_pip_install(environment), *arguments],
        environment.folder,
        held_descriptor,
        PipReporter(say),
    )


def version_found(environment: Environment, pin: str, held_descriptor: int) -> str:
    """The whole version, with its suffix, of what pip would install for a pin.

    Raises:
        InstallError: pip finds nothing.
    """
    with TemporaryDirectory(prefix="report-", dir=environment.folder) as folder:
        report = Path(folder) / "report.json"
        options = ["--dry-run", "--no-deps", "--ignore-installed", "--only-binary", ":all:"]
        command = [*_pip_install(environment), *options, "--report", str(report), pin]
        _run(command, environment.folder, held_descriptor, PipReporter(say))
        [found] = json.loads(report.read_text(encoding="utf-8"))["install"]
    return str(found["metadata"]["version"])


def _pip_install(environment: Environment) -> list[str]:
    pip = [str(environment.python), "-Im", "pip", "install", "--progress-bar", "off", "--no-input"]
    return [*pip, "--disable-pip-version-check"]


def _run(command: Sequence[str], folder: Path, held_descriptor: int, reporter: PipReporter) -> None:
    """Run a command to its end and pass its lines and its pauses to the reporter."""
    output = []
    with (
        TemporaryDirectory(prefix="downloads-", dir=folder) as downloads,
        _begin(command, downloads, held_descriptor) as process,
    ):
        for line in _lines(process):
            if line is HEARTBEAT:
                reporter.tick(_bytes_in(Path(downloads)))
            else:
                output.append(line)
                reporter.read_line(line)
    if process.returncode != 0:
        raise InstallError("".join(output), installing=reporter.installing)


def _begin(command: Sequence[str], downloads: str, held_descriptor: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        env={**os.environ, "TMPDIR": downloads, "TEMP": downloads, "PIP_USER": "0"},
        pass_fds=(held_descriptor,) if os.name == "posix" else (),
    )


def _lines(process: "subprocess.Popen[str]") -> Iterator[str]:
    """Yield the lines that the process prints, and HEARTBEAT after each while without one.

    A thread reads the pipe, since reading it blocks.
    """
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()

    def listen() -> None:
        for line in process.stdout or ():
            lines.put(line)
        lines.put(None)

    threading.Thread(target=listen, daemon=True).start()
    while True:
        try:
            line = lines.get(timeout=TICK_S)
        except queue.Empty:
            yield HEARTBEAT
            continue
        if line is None:
            return
        yield line


def _bytes_in(folder: Path) -> int:
    """Bytes under a folder whose files and folders come and go."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # gone since
                total += Path(place, name).stat().st_size
    return total
