"""Whose every file of the frozen program is: a Python package's, the system's, Python's or ours.

Licences and the bill of materials follow from this, not from a list kept by hand.
"""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from release.layout import BUILD, INPUTS_FILE, ROOT

DEBIAN_DOCUMENTS = Path("/usr/share/doc")
SHARED_PREFIXES = (Path("/usr"), Path("/usr/local"))


class UnknownOriginError(Exception):
    """A file of the frozen program belongs to nobody, so nobody knows its licence."""


@dataclass(frozen=True)
class SystemPackage:
    """A Debian package that lent shared libraries.

    Attributes:
        name: The binary package.
        version: Debian's version.
        copyright_file: Its licences.
    """

    name: str
    version: str
    copyright_file: Path


@dataclass(frozen=True)
class Origins:
    """All that lent something to the frozen program, each sorted by name."""

    distributions: tuple[Distribution, ...]
    system_packages: tuple[SystemPackage, ...]


def find_origins(inputs_file: Path = INPUTS_FILE) -> Origins:
    """Trace what PyInstaller put in.

    Raises:
        UnknownOriginError: Some of it cannot be traced.
    """
    sources = read_sources(inputs_file)
    owners = _files_of_distributions()
    used = {owners[source] for source in sources if source in owners}
    left = [source for source in sources if source not in owners and not _is_ours(source)]
    return Origins(
        tuple(sorted(used, key=lambda one: one.name.lower())),
        tuple(sorted(_debian_packages(left), key=lambda one: one.name)),
    )


def read_sources(inputs_file: Path) -> list[str]:
    """The real paths of all files that went in, each once."""
    entries = json.loads(inputs_file.read_text(encoding="utf-8"))
    sources = {source for _, source, kind in entries if kind != "SYMLINK" and source}
    return sorted({os.path.realpath(source) for source in sources if source != "-"})


def _files_of_distributions() -> dict[str, Distribution]:
    """Each installed file with its package; folders are resolved once, for there are 30,000."""
    owners = {}
    for distribution in distributions(path=[sysconfig.get_path("purelib")]):
        base = os.path.realpath(distribution.locate_file(""))
        for file in distribution.files or ():
            owners[os.path.normpath(f"{base}/{file}")] = distribution
    return owners


def _is_ours(source: str) -> bool:
    """Whether a file is the project's, or Python's own."""
    folders = (ROOT, BUILD, _python_folder())
    return any(Path(source).is_relative_to(folder.resolve()) for folder in folders)


def _python_folder() -> Path:
    """The folder that holds this Python and nothing else.

    A Python of the system's shares its prefix with all other software: there only the standard
    library is its own, and its shared library is traced to a package like any other.
    """
    prefix = Path(sys.base_prefix)
    return Path(sysconfig.get_path("stdlib")) if prefix in SHARED_PREFIXES else prefix


def _debian_packages(sources: Iterable[str]) -> set[SystemPackage]:
    """The packages that brought these files."""
    packages = {_debian_package_of(source) for source in sources}
    return {_describe(name) for name in packages}


def _debian_package_of(source: str) -> str:
    """The name of the package that brought a file, whichever side of /usr it names it on."""
    for path in (source, source.removeprefix("/usr")):
        found = _ask("dpkg-query", "--search", path)
        if found:
            return found.splitlines()[0].rpartition(": ")[0].split(", ")[0]
    raise UnknownOriginError(
        f"Nobody knows where {source} is from, so its licence is unknown. Please leave it out "
        "in packaging/release/contents.py, or build where it comes from a package."
    )


def _describe(package: str) -> SystemPackage:
    name, version = _ask("dpkg-query", "-W", "-f", "${Package} ${Version}", package).split()
    return SystemPackage(name, version, DEBIAN_DOCUMENTS / name / "copyright")


def _ask(*command: str) -> str:
    """What a command says; nothing where it fails or does not exist."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""
