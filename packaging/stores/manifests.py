"""Writes the manifests of the stores that install what was built on this platform."""

from collections.abc import Iterable
from pathlib import Path

from release.layout import DIST

from stores.flatpak import write_flatpak
from stores.homebrew import write_cask
from stores.release_file import release_file
from stores.winget import write_winget

FOLDER = DIST / "stores"


def write_manifests(installers: Iterable[Path], folder: Path = FOLDER) -> list[Path]:
    """Write a manifest for each installer that a store takes; their paths.

    Args:
        installers: What was built.
        folder: Where the manifests go, in a folder for each store.
    """
    written: list[Path] = []
    for installer in installers:
        if installer.name.endswith(".tar.gz"):
            written.append(write_flatpak(release_file(installer), _made(folder / "flatpak")))
        elif installer.suffix == ".exe":
            written += write_winget(release_file(installer), _made(folder / "winget"))
        elif installer.suffix == ".dmg":
            written.append(write_cask(release_file(installer), _made(folder / "homebrew")))
    return written


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
