"""What pyproject.toml cannot express: app, core and resources go into one package, `tessera`."""

import re
import tomllib
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent
SOURCES = find_packages(str(ROOT), include=["app", "app.*", "core", "core.*"])
RESOURCES = ("fonts", "icons", "models", "style", "translations")


def description() -> str:
    """README.md with addresses in place of paths: its pictures and links work elsewhere too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    repository = project["urls"]["Repository"]
    source = (ROOT / "core" / "version.py").read_text(encoding="utf-8")
    [version] = re.findall(r'__version__ = "(.+)"', source)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    text = re.sub(r"(!\[[^]]*\]\()(?!\w+:)", rf"\1{repository}/raw/v{version}/", text)
    return re.sub(r"(\]\()(?!\w+:|#)", rf"\1{repository}/blob/v{version}/", text)


setup(
    packages=["tessera", "tessera.resources", *(f"tessera.{name}" for name in SOURCES)],
    package_dir={
        "tessera": "packaging/wheel/tessera",
        "tessera.resources": "resources",
        **{f"tessera.{name}": name.replace(".", "/") for name in SOURCES},
    },
    package_data={"tessera.resources": [f"{folder}/**/*" for folder in RESOURCES]},
    long_description=description(),
    long_description_content_type="text/markdown",
)
