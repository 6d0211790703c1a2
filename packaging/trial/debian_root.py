"""Tries the Debian package on a Debian that has nothing: installs, starts, looks, removes.

Needs root, debootstrap and a way to Debian's archive. The bare system is a folder that is deleted
in the end.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from release.layout import NAME

from trial.folder import require_sound
from trial.program import TrialFailedError

SUITE = "bookworm"
SCREEN = ("xvfb-run", "-a", "-s", "-screen 0 1280x800x24")
TRIAL_PACKAGES = ("xvfb", "xauth")
CHANGING = ("proc", "sys", "dev", "tmp", "run", "var/cache", "var/lib", "var/log")
# What apt refreshes at every change of packages, whichever they are.
REFRESHED = ("etc/ld.so.cache", "usr/share/mime", "usr/share/applications/mimeinfo.cache")
MOUNTS = ("proc", "dev")
_APT = ("apt-get", "--yes", "-o", "Acquire::Languages=none")


def try_package(package: Path, picture: Path, base: Path | None = None) -> str:
    """Install it into a bare Debian and out again.

    Args:
        package: The .deb file.
        picture: Where the picture of its window goes.
        base: A bare system to copy; None = made with debootstrap.

    Returns:
        What was installed along with it, in a sentence.

    Raises:
        TrialFailedError: Something is not as promised.
    """
    with tempfile.TemporaryDirectory(prefix="tessera-debian-") as scratch:
        root = Path(scratch) / "root"
        _make_root(root, base)
        with _mounted(root):
            _run(root, *_APT, "update")
            _install(root, *TRIAL_PACKAGES)
            before, packages_before = _files(root), _packages(root)
            shutil.copy(package, root / "tmp")
            _install(root, f"/tmp/{package.name}")
            came_along = sorted(_packages(root) - packages_before - {NAME})
            _try_installed(root, picture)
            _run(root, *_APT, "purge", "--autoremove", NAME)
            _require_nothing_left(before, _files(root))
    return f"{package.name} was installed with {', '.join(came_along)}, tried and removed."


def _make_root(root: Path, base: Path | None) -> None:
    if base:
        subprocess.run(["cp", "-a", str(base), str(root)], check=True)
    else:
        command = ["debootstrap", "--variant=minbase", SUITE, str(root)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")


def _try_installed(root: Path, picture: Path) -> None:
    """Start it as a person would, from PATH, on a virtual screen, as a user without a home."""
    place = root / "tmp" / "seen"
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    as_nobody = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")
    _run(root, *as_nobody, NAME, "--version")
    _run(root, *as_nobody, *SCREEN, NAME, "self-test", "/tmp/seen")
    require_sound(place / "sound.wav")
    shutil.copy(place / "window.png", picture)
    entry = (root / "usr/share/applications/tessera.desktop").read_text(encoding="utf-8")
    if "Exec=tessera" not in entry:
        raise TrialFailedError("the menu entry does not start it.")


def _require_nothing_left(before: set[str], after: set[str]) -> None:
    left = sorted(name for name in after - before if not name.startswith(REFRESHED))
    if left:
        raise TrialFailedError(f"removing it leaves {', '.join(left[:10])}.")


def _install(root: Path, *packages: str) -> None:
    _run(root, *_APT, "install", "--no-install-recommends", *packages)


def _run(root: Path, *command: str) -> str:
    """Run a command inside; its output."""
    result = subprocess.run(
        ["chroot", str(root), *command],
        env={
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "DEBIAN_FRONTEND": "noninteractive",
            "HOME": "/proc/no-home",
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode != 0 or "Traceback" in result.stdout:
        words = " ".join(command)
        raise TrialFailedError(f"`{words}` ended with {result.returncode}:\n{result.stdout}")
    return result.stdout


@contextmanager
def _mounted(root: Path) -> Iterator[None]:
    """With /proc and /dev inside, as on a running system."""
    try:
        for name in MOUNTS:
            subprocess.run(["mount", "--rbind", f"/{name}", str(root / name)], check=True)
            subprocess.run(["mount", "--make-rslave", str(root / name)], check=True)
        yield
    finally:
        for name in MOUNTS:
            subprocess.run(["umount", "--recursive", str(root / name)], check=False)


def _packages(root: Path) -> set[str]:
    return set(_run(root, "dpkg-query", "-W", "-f", "${Package}\n").split())


def _files(root: Path) -> set[str]:
    """Every file and folder, but for those that change by themselves."""
    found = set()
    for folder, folders, names in os.walk(root):
        inside = os.path.relpath(folder, root)
        folders[:] = [
            name for name in folders if os.path.normpath(f"{inside}/{name}") not in CHANGING
        ]
        found |= {os.path.normpath(f"{inside}/{name}") for name in (*folders, *names)}
    return found
