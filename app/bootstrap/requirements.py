"""Which Python packages are needed, where torch comes from, and how much that is to download."""

import sys
from collections.abc import Sequence
from pathlib import Path

PACKAGES_MB = 200  # everything but torch, compressed
CPU_TORCH_MB = 200
CUDA_TORCH_MB = 3000


def read_requirements(root: Path, extras: Sequence[str] = ()) -> list[str]:
    """The dependencies that pyproject.toml names, with those of the given extras."""
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project.get("optional-dependencies", {})
    return [*project["dependencies"], *(name for extra in extras for name in optional[extra])]


def torch_arguments() -> list[str]:
    """What tells pip where to find torch: nothing, so it comes from where all else does."""
    return []


def download_notice(requirements: Sequence[str]) -> list[str]:
    """What will be fetched and roughly how large it is, in sentences for a person."""
    names = ", ".join(requirement.split("==")[0] for requirement in requirements)
    notice = [f"To download: {names}, and what these need."]
    if not any(requirement.startswith("torch==") for requirement in requirements):
        return notice
    if not sys.platform.startswith("linux"):
        return [*notice, f"That is about {PACKAGES_MB + CPU_TORCH_MB} MB, once."]
    return [
        *notice,
        f"That is about {PACKAGES_MB + CPU_TORCH_MB} MB where pip finds a torch without CUDA. "
        f"PyPI's torch for Linux brings NVIDIA's libraries, whether there is an NVIDIA card or "
        f"not: then it is about {(PACKAGES_MB + CUDA_TORCH_MB) / 1000:.0f} GB, and 7 GB on disk.",
    ]
