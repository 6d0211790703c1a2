"""Which Python packages are needed, with their hashes, and how much that is to download."""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.bootstrap.torch_build import TorchBuild

FOLDER = "packaging/requirements"  # lists with versions and hashes, made by packaging/lock.py
BASE = "base"
LOCKED_EXTRAS = ("test", "package")
TORCH_BUILDS = "torch-builds.sha256"
PACKAGES_DOWNLOAD_MB, PACKAGES_DISK_MB = 190, 890  # everything but torch, with its bytecode


@dataclass(frozen=True)
class Requirements:
    """What is to be installed.

    Attributes:
        pins: The packages that pyproject.toml names, each with its version.
        folder: Where the lists of all packages with their hashes are.
        names: The lists that hold these packages and what they need.
    """

    pins: tuple[str, ...]
    folder: Path
    names: tuple[str, ...]

    @property
    def entries(self) -> list[str]:
        """The environment's entries: the pins, and each list with a checksum."""
        return [*self.pins, *(self._entry(name) for name in self.names)]

    @property
    def torch_builds(self) -> str:
        """The hashes of PyTorch's own builds, as sha256sum writes them."""
        path = self.folder / TORCH_BUILDS
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def pip_arguments(self, build: TorchBuild | None) -> list[str]:
        """Options of pip that install them: only built packages, each with a known hash."""
        names = [*self.names, *(build.lists if build else ())]
        lists = [word for name in names for word in ("-r", str(self._path(name)))]
        source = build.pip_arguments if build else []
        return [*source, "--only-binary", ":all:", "--require-hashes", *lists]

    def _entry(self, name: str) -> str:
        """The checksum shows only that the list has changed: zlib's loads fast."""
        return f"list {name} {zlib.crc32(self._path(name).read_bytes()):08x}"

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.txt"


def read_requirements(root: Path, extras: Sequence[str] = ()) -> Requirements:
    """The dependencies that pyproject.toml names, with those of the given extras."""
    import tomllib

    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    optional = project.get("optional-dependencies", {})
    pins = [*project["dependencies"], *(name for extra in extras for name in optional[extra])]
    return Requirements(tuple(pins), root / FOLDER, (BASE, *extras))


def download_notice(pins: Sequence[str], build: TorchBuild | None) -> list[str]:
    """What will be fetched and roughly how large it is, in sentences for a person.

    Args:
        pins: What is to be installed.
        build: The build of torch among it, if there is one.
    """
    names = ", ".join(pin.split("==")[0] for pin in pins)
    notice = [f"To download: {names}, and what these need."] if pins else []
    if build is None:
        return notice
    download_gb = (build.download_mb + PACKAGES_DOWNLOAD_MB) / 1000
    disk_gb = (build.disk_mb + PACKAGES_DISK_MB) / 1000
    return [
        *notice,
        f"torch comes {build.name}. That is about {download_gb:.1f} GB to download, once, and "
        f"{disk_gb:.1f} GB on disk.",
    ]
