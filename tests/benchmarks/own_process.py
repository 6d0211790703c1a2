"""Runs one measurement in a process of its own, so that none finds the memory or caches of another.

Such a module prints its result as JSON on its last line.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

_STATUS, _CLEAR_REFS = Path("/proc/self/status"), Path("/proc/self/clear_refs")


def measure_apart(
    module: str, arguments: Sequence[str], environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return what a module of this folder has measured.

    Args:
        module: Its name.
        arguments: Of its command line.
        environment: Variables of its process; those of this one where left out.

    Raises:
        CalledProcessError: It failed; what it said is on stderr.
    """
    command = [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def peak_mb() -> float:
    """Return the most memory of this process so far, with pages of mapped files.

    `ru_maxrss` is the answer only where there is no better one: a process inherits it from the one
    that started it.
    """
    kibibytes = float(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    if sys.platform == "darwin":
        kibibytes /= 1 << 10  # there in bytes
    with suppress(OSError):
        status = _STATUS.read_text(encoding="ascii")
        kibibytes = float(status.partition("VmHWM:")[2].split()[0])
    return kibibytes / (1 << 10)


def forget_peak() -> None:
    """Let `peak_mb` begin again, where the system can do that (proc(5))."""
    with suppress(OSError):
        _CLEAR_REFS.write_text("5", encoding="ascii")
