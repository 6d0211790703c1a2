"""How much memory the host can still give, in bytes, on Linux, macOS and Windows."""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h
_LARGE_BYTES = 8 << 20
_KEPT_BYTES = 64 << 20
UNKNOWN_SHARE = 0.5  # of the physical memory, where a system does not say what is free


def available_host_bytes() -> int:
    """Memory that can be taken without swapping, also inside a container with a limit."""
    if sys.platform == "win32":
        return _windows_available()
    free = _meminfo_available(MEMINFO)
    if free is None:
        free = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * UNKNOWN_SHARE)
    limit = _cgroup_available(CGROUP)
    return free if limit is None else min(free, limit)


def _meminfo_available(meminfo: Path) -> int | None:
    """MemAvailable of Linux; None on other systems."""
    try:
        lines = meminfo.read_text().splitlines()
    except OSError:
        return None
    kibibytes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(kibibytes[0]) * 1024 if kibibytes else None


def _cgroup_available(cgroup: Path) -> int | None:
    """What a container (cgroup v2) may still take; None where there is no limit."""
    try:
        limit = (cgroup / "memory.max").read_text().strip()
        used = int((cgroup / "memory.current").read_text())
        cache = _reclaimable_bytes((cgroup / "memory.stat").read_text())
    except (OSError, ValueError):
        return None
    return None if limit == "max" else max(0, int(limit) - used + cache)


def _reclaimable_bytes(memory_stat: str) -> int:
    """File cache counts as used, but is given back at once when asked for."""
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


def return_large_blocks() -> None:
    """From now on give every block of 8 MB or more back to the system when it is free.

    The C library of Linux raises its limit for that by itself, to 32 MB: after a few large
    tensors, the memory of a long run would hang on the order in which they came and went. A block
    that was given back has to be filled with zeros again: with a limit of 1 MB, decoding took a
    third longer, in bfloat16 two thirds; with 32 MB, streaming took 1.6 times the memory. Up to
    64 MB that lie free at the end of the heap are kept. Elsewhere nothing is done.
    """
    library = _c_library()
    if library is not None:
        library.mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
        library.mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)


def give_back() -> None:
    """Hand memory that is free in this process back to the system.

    What lies between living pieces stays otherwise, and after a stage of a long run may be as
    much as the next stage needs. Does nothing but on Linux.
    """
    library = _c_library()
    if library is not None:
        library.malloc_trim(0)


def _c_library() -> Any:
    """GNU's C library; None where there is another."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError):
            library = ctypes.CDLL("libc.so.6")
            return library if hasattr(library, "malloc_trim") else None
    return None
