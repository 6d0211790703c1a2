"""Free memory of the host on Linux, macOS and Windows, and how to return unused memory to it."""

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")
PROCESS = Path("/proc/self")
UNKNOWN_SHARE = 0.5  # of the physical memory, where a system does not say what is free
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of malloc.h
_LARGE_BYTES = 20 << 20
_KEPT_BYTES = 64 << 20


def available_host_bytes() -> int:
    """Bytes that can be allocated without swapping.

    The limits of containers (cgroups of either version, those around them too) and of the process
    (`ulimit -v`, `ulimit -d`) count.
    """
    if sys.platform == "win32":
        return _windows_available()
    free = _meminfo_available(MEMINFO)
    if free is None:
        free = int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * UNKNOWN_SHARE)
    return min((free, *_cgroups_available(), *_process_available()))


def return_large_blocks() -> None:
    """Make malloc return every freed block of 20 MB or more to the system from now on.

    GNU's C library raises its limit for that by itself, to 32 MB: after a few large tensors, the
    memory of a long run would depend on the order in which they were allocated and freed. A
    returned block has to be filled with zeros when it is allocated again: with a limit of 8 MB,
    which is less than what one tile of AudioLDM's widest level takes, decoding took 6% longer and
    5 to 9% less memory. Up to 64 MB that are free at the end of the heap are kept. With another C
    library nothing is done.
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


@dataclass(frozen=True, slots=True)
class _CgroupVersion:
    """The names of a version's files.

    Attributes:
        root: Folder of the memory controller, below CGROUP.
        limit, used: Files with one number; the limit may be the word max.
        cache: The line of memory.stat with the file cache, which the system reclaims at once when
            memory is needed, though it counts as used.
    """

    root: str
    limit: str
    used: str
    cache: str


_CGROUP_1 = _CgroupVersion(
    "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"
)
_CGROUP_2 = _CgroupVersion("", "memory.max", "memory.current", "inactive_file")


def _cgroups_available() -> Iterator[int]:
    """Bytes that the process's cgroup, and each one around it, may still allocate."""
    for version, path in _own_cgroups():
        root = CGROUP / version.root
        cgroup = root / path.strip("/")
        # In a container the path may be that outside of it; then the root is the container's own.
        for folder in (cgroup, *cgroup.parents):
            if folder.is_relative_to(root):
                yield from _cgroup_available(folder, version)


def _own_cgroups() -> list[tuple[_CgroupVersion, str]]:
    """The cgroups of this process that may limit its memory; see cgroups(7)."""
    try:
        lines = (PROCESS / "cgroup").read_text().splitlines()
    except OSError:
        lines = []
    entries = [line.split(":", 2) for line in lines if line.count(":") >= 2]
    found = [(_CGROUP_2, path) for number, _, path in entries if number == "0"]
    found += [(_CGROUP_1, path) for _, kinds, path in entries if "memory" in kinds.split(",")]
    return found or [(_CGROUP_2, "/")]


def _cgroup_available(cgroup: Path, version: _CgroupVersion) -> Iterator[int]:
    """Bytes that a cgroup may still allocate; nothing where it has no limit."""
    with suppress(OSError, ValueError):  # no such file, or max instead of a number
        limit = int((cgroup / version.limit).read_text())
        used = int((cgroup / version.used).read_text())
        lines = (cgroup / "memory.stat").read_text().splitlines()
        cache = int(dict(line.split() for line in lines).get(version.cache, 0))
        yield max(0, limit - used + cache)


def _process_available() -> Iterator[int]:
    """Bytes that the process may still allocate under its own limits, where it has some."""
    import resource  # not on Windows

    with suppress(OSError, ValueError):
        pages = [int(number) for number in (PROCESS / "statm").read_text().split()]
        page_bytes = os.sysconf("SC_PAGE_SIZE")
        used = {resource.RLIMIT_AS: pages[0], resource.RLIMIT_DATA: pages[5]}  # see proc(5)
        for kind, used_pages in used.items():
            limit, _ = resource.getrlimit(kind)
            if limit != resource.RLIM_INFINITY:
                yield max(0, limit - used_pages * page_bytes)


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
