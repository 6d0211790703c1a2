"""Installs system packages on Debian and Ubuntu, if it has the rights."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from app.bootstrap.announce import say
from app.bootstrap.system_packages import SystemPackage

INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")


def line_to_run(packages: Sequence[SystemPackage]) -> str:
    """What a person types to install them."""
    names = " ".join(package.name for package in packages)
    if shutil.which("apt-get"):
        return f"sudo apt-get install --no-install-recommends {names}"
    return f"(by Debian's names) {names}"


def install(packages: Sequence[SystemPackage]) -> bool:
    """Install them as root or with a passwordless sudo; return whether that worked."""
    rights = _rights()
    if rights is None:
        return False
    names = [package.name for package in packages]
    say(f"Installing system packages: {', '.join(names)}. This takes a minute or two.")
    _run([*rights, "apt-get", "update"])
    return _run([*rights, *INSTALL, *names])


def _rights() -> list[str] | None:
    """What to put before apt-get; None where this user may not install."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"]):
        return ["sudo", "-n"]
    return None


def _run(command: Sequence[str]) -> bool:
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
    return result.returncode == 0
