"""Tries the Debian package on a Debian that has nothing: installs, starts, looks, removes.

Needs root, debootstrap and a way to Debian's archive. The bare system is a folder that is deleted
in the end.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from release.layout import NAME

from trial.folder import require_sound
from trial.program import TrialFailedError
from trial.upgrade import ONLY_IN_OLDER, make_older, try_upgrade

SUITE = "bookworm"
AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--")
AT_HOME = ("env", "QT_QPA_PLATFORM=offscreen", "HOME=/tmp/person")
NO_SCREEN = ("env", "QT_QPA_PLATFORM=offscreen")
SCREEN = ("xvfb-run", "-a", "-s", "-screen 0 1280x800x24")
TRIAL_PACKAGES = ("xvfb", "xauth")
CHANGING = ("proc", "sys", "dev", "tmp", "run", "var/cache", "var/lib", "var/log")
# What apt refreshes at every change of packages, whichever they are.
REFRESHED = ("etc/ld.so.cache", "usr/share/mime", "usr/share/applications/mimeinfo.cache")
MOUNTS = ("proc", "dev")
_APT = ("apt-get", "--yes", "-o", "Acquire::Languages=none")


def try_package(package: Path, picture: Path, base: Path | None = None) -> str:
    """Install it into a bare Debian, out again, over an older version, and beside a screen.

    The first time there is nothing that the package does not ask for; the last time there is
    what a virtual screen brings along.

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
            shutil.copy(package, root / "tmp")
            came_along = _try_alone(root, f"/tmp/{package.name}")
            _try_upgrade(root, package)
            _install(root, *TRIAL_PACKAGES, f"/tmp/{package.name}")
            _try_window(root, SCREEN)
            shutil.copy(root / "tmp" / "seen" / "window.png", picture)
    return f"{package.name} was installed with {', '.join(came_along)}, tried and removed."


def _try_alone(root: Path, package: str) -> list[str]:
    """Install, start without a screen, remove; the names of what came along."""
    before, packages_before = _files(root), _packages(root)
    _install(root, package)
    came_along = _packages(root) - packages_before - {NAME}
    _run(root, *AS_NOBODY, NAME, "--version")
    _try_window(root, NO_SCREEN)
    entry = (root / "usr/share/applications/tessera.desktop").read_text(encoding="utf-8")
    if "Exec=tessera" not in entry:
        raise TrialFailedError("the menu entry does not start it.")
    _run(root, *_APT, "purge", "--autoremove", NAME)
    _require_nothing_left(before, _files(root))
    return sorted(came_along)


def _try_upgrade(root: Path, package: Path) -> None:
    """Install it over an older version, and remove it, beside what a person made with both."""
    older = make_older(package, root / "tmp")
    try_upgrade(
        root / "tmp" / "person",
        older=lambda: _install(root, f"/tmp/{older.name}"),
        newer=lambda: _upgrade(root, f"/tmp/{package.name}"),
        start=lambda: _run(root, *AS_NOBODY, *AT_HOME, NAME, "self-test", "/tmp/seen", "--at-home"),
        remove=lambda: _run(root, *_APT, "purge", "--autoremove", NAME),
    )
    older.unlink()


def _upgrade(root: Path, package: str) -> None:
    _install(root, package)
    if (root / ONLY_IN_OLDER).exists():
        raise TrialFailedError("upgrading leaves files of the older version behind.")


def _make_root(root: Path, base: Path | None) -> None:
    if base:
        subprocess.run(["cp", "-a", str(base), str(root)], check=True)
    else:
        command = ["debootstrap", "--variant=minbase", SUITE, str(root)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    shutil.copy("/etc/resolv.conf", root / "etc" / "resolv.conf")


def _try_window(root: Path, surroundings: Sequence[str]) -> None:
    """Start it as a person would, from PATH, but as a user without a home."""
    place = root / "tmp" / "seen"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    place.chmod(0o777)
    _run(root, *AS_NOBODY, *surroundings, NAME, "self-test", "/tmp/seen")
    require_sound(place / "sound.wav")


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
