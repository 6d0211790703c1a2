"""The build backend that pyproject.toml names: setuptools, with the program in one package.

pyproject.toml cannot express that app, core and resources become parts of `tessera`.
"""

import re
import tomllib
from pathlib import Path
from typing import Any

from setuptools import find_packages, setup
from setuptools.build_meta import _BuildMetaBackend
from setuptools.command.sdist import sdist

ROOT = Path(__file__).resolve().parents[2]
RESOURCES = ("fonts", "guide", "icons", "models", "style", "translations")


class SourceArchive(sdist):
    """Takes this backend along: a wheel can be built of the archive alone."""

    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        """Fill the archive's folder with the files that setuptools found, and this one."""
        super().make_release_tree(base_dir, [*files, str(Path(__file__).relative_to(ROOT))])


class Backend(_BuildMetaBackend):
    """The hooks of PEP 517, which setuptools lets others extend in this way."""

    def run_setup(self, setup_script: str = "setup.py") -> None:
        """Run the command that the hook has put into sys.argv; there is no setup.py."""
        setup(
            **_packages(),
            long_description=_description(),
            long_description_content_type="text/markdown",
            cmdclass={"sdist": SourceArchive},
        )


def _packages() -> dict[str, Any]:
    """Where each package of the wheel comes from."""
    sources = find_packages(str(ROOT), include=["app", "app.*", "core", "core.*"])
    return {
        "packages": ["tessera", "tessera.resources", *(f"tessera.{name}" for name in sources)],
        "package_dir": {
            "tessera": "packaging/wheel/tessera",
            "tessera.resources": "resources",
            **{f"tessera.{name}": name.replace(".", "/") for name in sources},
        },
        "package_data": {"tessera.resources": [f"{folder}/**/*" for folder in RESOURCES]},
    }


def _description() -> str:
    """README.md with addresses in place of paths: its pictures and links work elsewhere too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    repository = project["urls"]["Repository"]
    source = (ROOT / "core" / "version.py").read_text(encoding="utf-8")
    [version] = re.findall(r'__version__ = "(.+)"', source)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"(!\[[^]]*\]\()(?!\w+:)", rf"\1{repository}/raw/v{version}/", text)
    return re.sub(r"(\]\()(?!\w+:|#)", rf"\1{repository}/blob/v{version}/", text)


_backend = Backend()
get_requires_for_build_wheel = _backend.get_requires_for_build_wheel
get_requires_for_build_sdist = _backend.get_requires_for_build_sdist
prepare_metadata_for_build_wheel = _backend.prepare_metadata_for_build_wheel
build_wheel = _backend.build_wheel
build_sdist = _backend.build_sdist
