"""Limits the process that reads pickles: no network, no other program, little memory.

The reader builds nothing that a pickle names, so none of this should ever be needed. It is the
second wall: whatever a mistake in the reader lets through can neither send anything away, nor
start a program, nor write outside the folder of the copy, nor fill the memory.
"""

import os
import sys
from pathlib import Path

MEMORY_BYTES = 2 << 30
"""Address space that the process may take beyond what it has at its start."""
_REFUSED = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.fork",
    "os.kill",
    "pty.",
    "ctypes.",
    "webbrowser.",
    "urllib.",
    "ftplib.",
    "smtplib.",
    "winreg.",
)
_CHANGES_FILES = (
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.chmod",
    "os.chown",
    "shutil.rmtree",
    "shutil.move",
)
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def confine(folder: Path) -> None:
    """Confine this process from now on; what it needs has to be imported before.

    Python reports sockets, processes and opened files to audit hooks (PEP 578), which cannot be
    removed again.

    Args:
        folder: The only folder in which files may be written.
    """
    _limit_memory()
    inside = os.path.realpath(folder) + os.sep

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith((*_REFUSED, *_CHANGES_FILES)):
            raise PermissionError(0, f"{event} is not allowed while weights are converted")
        if event == "open":
            path, _, flags = arguments
            writes = isinstance(flags, int) and flags & _WRITES
            if writes and not _is_inside(path, inside):
                raise PermissionError(0, "writing elsewhere is not allowed", str(path))

    sys.addaudithook(refuse)


def _is_inside(path: object, folder: str) -> bool:
    if not isinstance(path, str | bytes | os.PathLike):
        return False  # a descriptor: of a file that was opened otherwise
    return os.path.realpath(os.fsdecode(path)).startswith(folder)


def _limit_memory() -> None:
    """Limit the address space, where the system can: Linux does, macOS and Windows do not."""
    try:
        import resource

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        return
    wanted = pages * resource.getpagesize() + MEMORY_BYTES
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    limit = wanted if most == resource.RLIM_INFINITY else min(wanted, most)
    resource.setrlimit(resource.RLIMIT_AS, (limit, most))
