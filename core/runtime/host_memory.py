"""Free memory of the host on Linux, macOS and Windows, and how to return unused memory to it."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
UNKNOWN_SHARE = 0.5  # of the physical memory, where a system does not say what is free
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h
_LARGE_BYTES = 8 << 20
_KEPT_BYTES = 64 << 20


def available_host_bytes() -> int:
    """Bytes that can be allocated without swapping, also inside a container with a limit."""
    if sys.platform == "win32":
        return _windows_available()
    free = _meminfo_available(MEMINFO)
    if free is None:
        free = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * UNKNOWN_SHARE)
    limit = _cgroup_available(CGROUP)
    return free if limit is None else min(free, limit)


def return_large_blocks() -> None:
    """Make malloc return every freed block of 8 MB or more to the system from now on.

    GNU's C library raises its limit for that by itself, to 32 MB: after a few large tensors, the
    memory of a long run would depend on the order in which they were allocated and freed. A
    returned block has to be filled with zeros when it is allocated again: with a limit of 1 MB,
    decoding took a third longer, in bfloat16 two thirds; with 32 MB, streaming took 1.6 times the
    memory. Up to 64 MB that are free at the end of the heap are kept. With another C library
    nothing is done.
    """
    library = _c_library()
    if library is not None:
        library.mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
        library.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


def release_free_memory() -> None:
    """Return memory that is free inside this process to the system, where that is Linux.

    Free memory between allocated blocks would stay with the process; after a stage of a long run
    it may be as much as the next stage needs.
    """
    library = _c_library()
    if library is not None:
        library.malloc_trim(0)


def _meminfo_available(meminfo: Path) -> int | None:
    """MemAvailable of Linux; None on other systems."""
    try:
        lines = meminfo.read_text().splitlines()
    except OSError:
        return None
    kibibytes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(kibibytes[0]) * 1024 if kibibytes else None


def _cgroup_available(cgroup: Path) -> int | None:
    """Bytes that a container (cgroup v2) may still allocate; None where there is no limit."""
    try:
        limit = (cgroup / "memory.max").read_text().strip()
        used = int((cgroup / "memory.current").read_text())
        cache = _reclaimable_bytes((cgroup / "memory.stat").read_text())
    except (OSError, ValueError):
        return None
    return None if limit == "max" else max(0, int(limit) - used + cache)


def _reclaimable_bytes(memory_stat: str) -> int:
    """File cache: it counts as used, but the system reclaims it at once when memory is needed."""
    values = dict(line.split() for line in memory_stat.splitlines())
    return int(values.get("inactive_file", 0))


def _windows_available() -> int:
    """`ullAvailPhys` of GlobalMemoryStatusEx."""
    import ctypes

    status = (ctypes.c_ulonglong * 8)()  # MEMORYSTATUSEX: two 32-bit fields, then seven of 64 bits
    ctypes.c_ulong.from_buffer(status).value = ctypes.sizeof(status)
    kernel32 = ctypes.CDLL("kernel32")
    kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status[2])


def _c_library() -> Any:
    """GNU's C library; None where there is another."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError):
            library = ctypes.CDLL("libc.so.6")
            return library if hasattr(library, "malloc_trim") else None
    return None
