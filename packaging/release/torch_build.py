"""Which build of torch a release brings, in a sentence for the person who installs it."""

import sys
from importlib.metadata import files, version

BYTES_PER_MB = 1_000_000
PYPI_KINDS = {
    "linux": "for NVIDIA graphics cards and the processor",
    "win32": "for the processor only",
    "darwin": "for the processor and Apple's graphics",
}


def sentence() -> str:
    """Its version, its kind and how large it is on disk."""
    size = sum(file.locate().stat().st_size for file in files("torch") or ())
    kind = kind_of(version("torch"))
    return f"It brings torch {version('torch')} {kind}, {size / BYTES_PER_MB:,.0f} MB as installed."


def kind_of(torch_version: str, platform: str = sys.platform) -> str:
    """What a build computes on: its version's suffix says so, and without one it is PyPI's own."""
    suffix = torch_version.partition("+")[2]
    if suffix == "cpu":
        return PYPI_KINDS["win32"]
    return PYPI_KINDS["linux" if suffix.startswith("cu") else platform]
