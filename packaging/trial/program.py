"""A built Tessera, started the way a bare machine would: no settings, no home, no way out."""

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trial.no_internet import can_refuse_internet, refuse_internet

NO_HOME = "/proc/no-home" if os.name == "posix" else "Z:\\no-home"  # nobody can make it
LONGEST_S = 900.0
_WINDOWS_OWN = ("SYSTEMROOT", "TEMP", "TMP")  # without these no program of Windows starts


class TrialFailedError(Exception):
    """The program did not do what it promises."""


@dataclass(frozen=True)
class Run:
    """What came of one run.

    Attributes:
        said: Lines on standard output, each with the seconds since the start.
        complaints: All of standard error.
    """

    said: tuple[tuple[float, str], ...]
    complaints: str

    def moment_s(self, word: str) -> float:
        """When a line beginning with the word was said, in seconds since the start."""
        for moment_s, line in self.said:
            if line.startswith(word):
                return moment_s
        raise TrialFailedError(f"it never said {word!r}:\n{self.complaints}")


@dataclass(frozen=True)
class Program:
    """A command that starts Tessera.

    Attributes:
        command: The words before Tessera's own.
        platform: Qt's platform: "offscreen" where there is no screen.
    """

    command: Sequence[str]
    platform: str = "offscreen"

    def run(self, *arguments: str, until: str | None = None) -> Run:
        """Run to the end, or until a line begins with a word.

        Raises:
            TrialFailedError: It failed, left a traceback, or reached for the internet.
        """
        start_s = time.perf_counter()
        said = []
        with tempfile.TemporaryFile("w+", encoding="utf-8") as complaints:
            with self._begin(arguments, complaints.fileno()) as process:
                for line in process.stdout or ():
                    said.append((time.perf_counter() - start_s, line.strip()))
                    if until and line.startswith(until):
                        process.kill()
                        break
                code = process.wait(LONGEST_S)
            complaints.seek(0)
            run = Run(tuple(said), complaints.read())
        if (code != 0 and not until) or "Traceback" in run.complaints:
            words = " ".join(arguments)
            raise TrialFailedError(f"`{words}` ended with {code}:\n{run.complaints}")
        return run

    def _begin(self, arguments: Sequence[str], complaints: int) -> "subprocess.Popen[str]":
        own = {name: os.environ[name] for name in _WINDOWS_OWN if name in os.environ}
        return subprocess.Popen(
            [*self.command, *arguments],
            env={**own, "HOME": NO_HOME, "QT_QPA_PLATFORM": self.platform},
            cwd=Path(tempfile.gettempdir()),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=complaints,
            text=True,
            encoding="utf-8",
            preexec_fn=refuse_internet if can_refuse_internet() else None,  # noqa: PLW1509
        )
