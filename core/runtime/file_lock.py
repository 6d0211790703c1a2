"""One set-up at a time: two starts at once do not trample on each other."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_INTERVAL_S = 0.2


@contextmanager
def only_one(path: Path, on_wait: Callable[[], None]) -> Iterator[int]:
    """Hold the lock file `path` inside the block; yields its descriptor.

    The system drops the lock when its last holder ends, however it ends. Child processes that
    are handed the descriptor hold it too: after a kill, the next start waits for a pip that
    still runs.

    Args:
        path: The lock file, made where it is missing and never removed.
        on_wait: Called once, where somebody else holds the lock.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _try_lock(descriptor):
            on_wait()
            _wait_for_lock(descriptor)
        yield descriptor
    finally:
        os.close(descriptor)


def try_hold(path: Path) -> int | None:
    """Hold the lock file `path` until its descriptor is closed, or the process ends.

    Returns:
        The descriptor; None where somebody else holds the lock.

    Raises:
        OSError: The file cannot be opened for writing.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    if _try_lock(descriptor):
        return descriptor
    os.close(descriptor)
    return None


if sys.platform == "win32":
    import msvcrt
    import time

    def _try_lock(descriptor: int) -> bool:
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        while not _try_lock(descriptor):
            time.sleep(POLL_INTERVAL_S)

else:
    import fcntl

    def _try_lock(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait_for_lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
