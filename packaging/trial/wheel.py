"""Tries the wheel as pip installs it: in an environment of its own, from any folder.

Nothing is downloaded: the packages that Tessera needs are borrowed from the running environment.
"""

import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from release.layout import DIST, ROOT

from trial.folder import try_doctor, try_generating, try_version, try_window
from trial.program import Program, TrialFailedError

LENDING = "packages-of-the-build.pth"
OURS = {"tessera"}  # what may be new in site-packages, beside the metadata


def make_wheel(folder: Path = DIST) -> Path:
    """Build the wheel; its path."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--quiet", "--wheel-dir", str(folder), str(ROOT)], check=True)
    return max(folder.glob("*.whl"), key=lambda path: path.stat().st_mtime)


def try_wheel(wheel: Path) -> str:
    """Install it, generate without a window and in it; what was installed, in a sentence.

    Raises:
        TrialFailedError: Something is not as promised.
    """
    with tempfile.TemporaryDirectory(prefix="tessera-wheel-") as scratch:
        environment = Path(scratch) / "environment"
        venv.EnvBuilder(with_pip=True).create(environment)
        site_packages = _site_packages(environment)
        before = _names(site_packages)
        scripts = environment / ("Scripts" if os.name == "nt" else "bin")
        _install(scripts, wheel)
        if (new := _names(site_packages) - before) != OURS:
            raise TrialFailedError(f"{wheel.name} puts {', '.join(sorted(new))} beside others.")
        (site_packages / LENDING).write_text(sysconfig.get_path("purelib") + "\n")
        program = Program([str(scripts / "tessera")])
        try_version(program)
        try_generating(program, Path(scratch) / "Orgel süß.wav")
        try_doctor(program)
        try_window(program, Path(scratch) / "seen")
    return f"{wheel.name} works where pip installs it."


def _install(scripts: Path, wheel: Path) -> None:
    command = [str(scripts / "python"), "-m", "pip", "install", "--no-deps", "--quiet"]
    subprocess.run([*command, str(wheel)], check=True)


def _site_packages(environment: Path) -> Path:
    variables = {"base": str(environment), "platbase": str(environment)}
    return Path(sysconfig.get_path("purelib", "venv", variables))


def _names(site_packages: Path) -> set[str]:
    """Packages and modules, without their metadata."""
    names = {path.name for path in site_packages.iterdir()}
    return {name for name in names if not name.endswith(".dist-info")}
