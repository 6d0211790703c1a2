"""Installs system packages on Debian and Ubuntu, if it has the rights."""

import os
import shutil
import subprocess
from collections.abc import Sequence

from app.bootstrap.announce import say
from app.bootstrap.failure import SetupError
from app.bootstrap.system_packages import SystemPackage

INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends")
CHOICE = "TESSERA_APT"  # "no" leaves system packages to the person


def line_to_run(packages: Sequence[SystemPackage]) -> str:
    """What a person types to install them."""
    names = " ".join(package.name for package in packages)
    if shutil.which("apt-get"):
        return f"sudo apt-get install --no-install-recommends {names}"
    return f"(by Debian's names) {names}"


def missing_libraries(packages: Sequence[SystemPackage]) -> SetupError:
    """The window cannot open without these."""
    return SetupError(
        "Tessera's window needs system libraries that are missing here. Please install them and "
        f"start again: {line_to_run(packages)}"
    )


def install(packages: Sequence[SystemPackage]) -> bool:
    """Install them as root or with a passwordless sudo; return whether that worked.

    It prints the command before it runs it.
    """
    rights = _rights()
    if rights is None:
        return False
    command = [*rights, *INSTALL, *(package.name for package in packages)]
    say(
        f"System packages are missing. Running: {' '.join(command)}\n"
        f"This takes a minute or two. ({CHOICE}=no leaves them to you.)"
    )
    _run([*rights, "apt-get", "update"])
    return _run(command)


def _rights() -> list[str] | None:
    """What to put before apt-get; None where this user may not install, or does not want to."""
    if shutil.which("apt-get") is None or os.environ.get(CHOICE) == "no":
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
