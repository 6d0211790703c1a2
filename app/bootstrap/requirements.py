"""Which Python packages are needed, and how much that is to download."""

from collections.abc import Sequence
from pathlib import Path

from app.bootstrap.torch_build import TorchBuild

PACKAGES_MB = 200  # everything but torch, compressed


def read_requirements(root: Path, extras: Sequence[str] = ()) -> list[str]:
    """The dependencies that pyproject.toml names, with those of the given extras."""
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project.get("optional-dependencies", {})
    return [*project["dependencies"], *(name for extra in extras for name in optional[extra])]


def download_notice(requirements: Sequence[str], build: TorchBuild | None) -> list[str]:
    """What will be fetched and roughly how large it is, in sentences for a person.

    Args:
        requirements: What is to be installed.
        build: The build of torch among it, if there is one.
    """
    names = ", ".join(requirement.split("==")[0] for requirement in requirements)
    notice = [f"To download: {names}, and what these need."]
    if build is None:
        return notice
    download_gb, disk_gb = _gb(build.download_mb), _gb(build.disk_mb)
    return [
        *notice,
        f"torch comes {build.name}. That is about {download_gb} to download, once, and "
        f"{disk_gb} on disk.",
    ]


def _gb(torch_mb: int) -> str:
    """Torch and everything else, as a person says it."""
    return f"{(torch_mb + PACKAGES_MB) / 1000:.1f} GB"
