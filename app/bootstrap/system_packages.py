"""System libraries and programs that Python packages cannot bring, under Debian's names.

Their presence is checked on the system itself, which works on any Linux; only installing them is
limited to Debian and Ubuntu.
"""

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple


class SystemPackage(NamedTuple):
    """A Debian package and the sign by which its presence is known.

    Attributes:
        name: Debian's name.
        sign: A shared library (with ".so" in its name), a path pattern from the root (with "/"),
            or a program.
    """

    name: str
    sign: str

    @property
    def present(self) -> str:
        """The environment's entry for "is there"."""
        return f"system {self.name}"

    @property
    def absent(self) -> str:
        """The environment's entry for "could not be installed"."""
        return f"without {self.name}"

    def is_present(self) -> bool:
        """Look for the sign."""
        if "/" in self.sign:
            return any(Path("/").glob(self.sign))
        if ".so" in self.sign:
            return _loads(self.sign)
        import shutil

        return shutil.which(self.sign) is not None


QT = (
    SystemPackage("libglib2.0-0", "libgthread-2.0.so.0"),
    SystemPackage("libegl1", "libEGL.so.1"),
    SystemPackage("libgl1", "libGL.so.1"),
    SystemPackage("libdbus-1-3", "libdbus-1.so.3"),
    SystemPackage("libfontconfig1", "libfontconfig.so.1"),
    SystemPackage("libxkbcommon0", "libxkbcommon.so.0"),
)
QT_ON_X11 = (
    SystemPackage("libxcb-cursor0", "libxcb-cursor.so.0"),
    SystemPackage("libxkbcommon-x11-0", "libxkbcommon-x11.so.0"),
    SystemPackage("libxcb-icccm4", "libxcb-icccm.so.4"),
    SystemPackage("libxcb-keysyms1", "libxcb-keysyms.so.1"),
    SystemPackage("libxcb-shape0", "libxcb-shape.so.0"),
)
SOUND = (SystemPackage("libportaudio2", "libportaudio.so.2"),)
FOR_TESTS = (
    SystemPackage("xvfb", "Xvfb"),
    SystemPackage("xauth", "xauth"),
    SystemPackage("pulseaudio", "pulseaudio"),
    SystemPackage("pulseaudio-utils", "pactl"),
    SystemPackage("libasound2-plugins", "usr/lib/*/alsa-lib/libasound_module_pcm_pulse.so"),
    SystemPackage("sox", "sox"),
    SystemPackage("desktop-file-utils", "desktop-file-validate"),
    SystemPackage("shared-mime-info", "update-mime-database"),
    SystemPackage("appstream", "appstreamcli"),
)


def needed_here(packages: Sequence[SystemPackage]) -> Sequence[SystemPackage]:
    """All of them on Linux, none elsewhere: there the Python packages bring everything."""
    return packages if sys.platform.startswith("linux") else ()


def missing(packages: Iterable[SystemPackage]) -> list[SystemPackage]:
    """Those that are not on this system."""
    return [package for package in packages if not package.is_present()]


def python_venv() -> list[SystemPackage]:
    """Return the package with venv and ensurepip, which Debian separates from Python."""
    from importlib.util import find_spec

    if find_spec("venv") and find_spec("ensurepip"):
        return []
    python = "python{}.{}".format(*sys.version_info[:2])
    return [SystemPackage(f"{python}-venv", f"usr/lib/{python}/ensurepip/__init__.py")]


def _loads(library: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
