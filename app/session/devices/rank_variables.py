"""The environment in which ranks of one machine start: shared cores, and the loopback."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

_LOOPBACKS = {"linux": "lo", "darwin": "lo0"}


@contextmanager
def rank_variables(devices: Sequence[str]) -> Iterator[None]:
    """Let processes that start in the block share the cores and speak over the loopback.

    torch takes a thread for each core; as many ranks as cores would then have the square of that.
    What a person has set stays.

    Args:
        devices: The devices of all ranks.
    """
    wanted = {"OMP_NUM_THREADS": str(threads_each(devices))}
    if sys.platform in _LOOPBACKS:
        wanted["GLOO_SOCKET_IFNAME"] = _LOOPBACKS[sys.platform]
    added = {name: text for name, text in wanted.items() if name not in os.environ}
    os.environ |= added
    try:
        yield
    finally:
        for name in added:
            del os.environ[name]


def threads_each(devices: Sequence[str]) -> int:
    """Threads of each rank: the cores are shared by those that compute on the processor."""
    on_processor = sum(device == "cpu" for device in devices)
    return max(1, _num_cores() // max(1, on_processor))


def _num_cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
