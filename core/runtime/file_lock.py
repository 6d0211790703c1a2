"""A lock between processes, held on a file: two set-ups or libraries never run at once."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_INTERVAL_S = 0.2


@contextmanager
def exclusive_lock(path: Path, on_wait: Callable[[], None]) -> Iterator[int]:
    """Hold the lock file `path` inside the block; yields its descriptor.

    The system releases the lock when the last process that holds the descriptor ends, also when
    it is killed. Child processes that get the descriptor hold the lock too: after a kill, the
    next start waits for a pip that still runs.

    Args:
        path: The lock file; it is created where it is missing and never removed, since a process
            that waits may have it open.
        on_wait: Called once, where another process holds the lock.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _lock_now(descriptor):
            on_wait()
            _wait_for_lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def try_lock(path: Path) -> int | None:
    """Hold the lock file `path` until its descriptor is closed, or the process ends.

    Returns:
        The descriptor; None where another process holds the lock.

    Raises:
        OSError: The file cannot be opened for writing.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if _lock_now(descriptor):
        return descriptor
    os.close(descriptor)
    return None


if sys.platform == "win32":
    import msvcrt
    import time

    def _lock_now(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        while not _lock_now(descriptor):
            time.sleep(POLL_INTERVAL_S)

else:
    import fcntl

    def _lock_now(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
