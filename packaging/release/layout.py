"""Where everything of a release lies, and what it is called."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

from core.version import __version__ as VERSION

ROOT = Path(__file__).resolve().parents[2]
PACKAGING = ROOT / "packaging"
BUILD = ROOT / "build"
DIST = ROOT / "dist"
NAME = "tessera"
APP_ID = "studio.tessera.Tessera"
BUNDLE = DIST / "Tessera.app"
FOLDER = DIST / NAME
INPUTS_FILE = BUILD / "inputs.json"  # what PyInstaller put in, and from where
ICONS = BUILD / "icons"
SUMMARY = "Make sound of any length with AudioLDM models"
BUNDLED_MODEL = ROOT / "resources" / "models" / "bundled"
OLDEST_MACOS = "14.0"  # of torch's builds

_PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_AUTHOR = _PROJECT["authors"][0]
PUBLISHER = _AUTHOR["name"]
MAINTAINER = f"{PUBLISHER} <{_AUTHOR['email']}>"
HOMEPAGE = _PROJECT["urls"]["Homepage"]
REPOSITORY = _PROJECT["urls"]["Repository"]
ISSUES = _PROJECT["urls"]["Issues"]


def download_address(file_name: str) -> str:
    """Where a file of this release is published."""
    return f"{REPOSITORY}/releases/download/v{VERSION}/{file_name}"


def installer_name(kind: str) -> str:
    """The file name of an installer, such as tessera-0.1.0-linux-x86_64.tar.gz."""
    import platform

    system = {"linux": "linux", "win32": "windows", "darwin": "macos"}[sys.platform]
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{NAME}-{VERSION}-{system}-{machine}.{kind}"


def product() -> Path:
    """What a person runs: the folder, on macOS the bundle."""
    return BUNDLE if sys.platform == "darwin" else FOLDER


def contents_folder() -> Path:
    """The folder in which the built program finds its resources."""
    if sys.platform == "darwin":
        return BUNDLE / "Contents" / "Resources"
    return FOLDER / "_internal"


def release_time_s() -> int:
    """The one moment that every file of a release carries, in Unix seconds.

    SOURCE_DATE_EPOCH (reproducible-builds.org) where it is set, else the last commit's time: two
    builds of one commit are then alike.
    """
    time_s = os.environ.get("SOURCE_DATE_EPOCH")
    if time_s is None:
        time_s = subprocess.run(
            ["git", "log", "-1", "--format=%ct"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return int(time_s)
