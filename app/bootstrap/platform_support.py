"""Says, before anything is downloaded, whether all parts have a build for this computer."""

import os
import platform
import sys
import sysconfig

from app.bootstrap.failure import SetupError

SUPPORTED = (
    "Linux on x86-64 with glibc 2.34 or newer, Linux on ARM with glibc 2.39 or newer, macOS 14 or "
    "newer on Apple silicon, and 64-bit Windows on x86-64, with Python 3.11 to 3.14"
)
NEWEST_PYTHON = (3, 14)
OLDEST_GLIBC = {"x86_64": (2, 34), "aarch64": (2, 39)}  # of PySide6's builds
OLDEST_MACOS = (14,)


def require_supported_platform() -> None:
    """Check that every part has a build for this computer.

    Raises:
        SetupError: One has none; the sentence names it.
    """
    if part := part_without_build():
        raise SetupError(
            f"{part} has no build for this computer ({description()}). Tessera runs on {SUPPORTED}."
        )


def part_without_build() -> str:
    """The package that has no build for this Python or this system; empty where all have one."""
    if sys.implementation.name != "cpython" or sys.version_info[:2] > NEWEST_PYTHON:
        return "torch"
    if sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "PySide6"  # its builds are for a Python with the global lock
    if sys.platform == "win32":
        return "" if sysconfig.get_platform() == "win-amd64" else "torch"
    if sys.platform == "darwin":
        is_new = _numbers(platform.mac_ver()[0]) >= OLDEST_MACOS
        return "" if is_new and platform.machine() == "arm64" else "torch"
    if sys.platform.startswith("linux"):
        return _part_without_build_on_linux()
    return "torch"


def description() -> str:
    """Python, system and processor, as a person would name them in a report."""
    system = {"darwin": f"macOS {platform.mac_ver()[0]}", "win32": "Windows"}.get(sys.platform)
    if system is None:
        glibc = ".".join(map(str, _glibc()))
        system = f"Linux with glibc {glibc}" if glibc else f"{platform.system()} without glibc"
    return f"Python {platform.python_version()}, {system} on {platform.machine()}"


def _part_without_build_on_linux() -> str:
    machine = platform.machine()
    if machine not in OLDEST_GLIBC or sys.maxsize < 2**32:
        return "torch"
    return "" if _glibc() >= OLDEST_GLIBC[machine] else "PySide6"


def _glibc() -> tuple[int, ...]:
    """Its version; empty where the C library is another one."""
    try:
        name, _, version = (os.confstr("CS_GNU_LIBC_VERSION") or "").partition(" ")
    except (ValueError, OSError):
        return ()
    return _numbers(version) if name == "glibc" else ()


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())
