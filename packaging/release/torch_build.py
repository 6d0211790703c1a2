"""Which build of torch a release brings, in a sentence for the person who installs it."""

import sys
from importlib.metadata import version
from pathlib import Path

from release.sizes import part_sizes

BYTES_PER_MB = 1_000_000
PYPI_KINDS = {
    "linux": "for NVIDIA graphics cards and the processor",
    "win32": "for the processor only",
    "darwin": "for the processor and Apple's graphics",
}


def sentence(folder: Path) -> str:
    """Its version, its kind and how much of the built folder it takes."""
    size = part_sizes(folder)["torch"]
    kind = kind_of(version("torch"))
    return f"It brings torch {version('torch')} {kind}, which takes {size / BYTES_PER_MB:,.0f} MB."


def kind_of(torch_version: str, platform: str = sys.platform) -> str:
    """What a build computes on: its version's suffix says so, and without one it is PyPI's own."""
    suffix = torch_version.partition("+")[2]
    if suffix == "cpu":
        return PYPI_KINDS["win32"]
    return PYPI_KINDS["linux" if suffix.startswith("cu") else platform]
