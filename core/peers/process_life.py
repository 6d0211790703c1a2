"""Whether a process of this machine lives, and whether the system lets it run."""

import os
import subprocess
import sys
from pathlib import Path

_STOPPED, _ENDED = frozenset("Tt"), frozenset("ZX")  # states as in proc(5) and ps(1)
_PS_LIMIT_S = 1.0


def is_alive(process: int) -> bool:
    """Whether there is a process of this number that has not ended.

    On Windows it is not: to ask there would end it.
    """
    if sys.platform == "win32" or process <= 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it is another user's, so it is there
        return True
    return sys.platform != "linux" or _state(process) not in _ENDED  # ended, and not waited for


def is_stopped(process: int) -> bool:
    """Whether the system has stopped a process, as SIGSTOP and debuggers do.

    A process that is busy, or waits for a disk, is not stopped. On Windows none is.
    """
    return _state(process) in _STOPPED


def _state(process: int) -> str:
    """The letter of a process's state; empty where it is not known."""
    try:
        if sys.platform == "linux":
            # the name before it is in brackets, and may hold any letter
            return Path(f"/proc/{process}/stat").read_text("latin-1").rpartition(")")[2].split()[0]
        if sys.platform == "darwin":
            command = ["ps", "-o", "state=", "-p", str(process)]
            return subprocess.check_output(command, text=True, timeout=_PS_LIMIT_S).strip()[:1]
    except (OSError, IndexError, subprocess.SubprocessError):
        pass
    return ""
