"""Collects the licences of all that went into the frozen program into one file for Help to show."""

import sys
import sysconfig
from collections.abc import Iterator
from importlib.metadata import Distribution
from pathlib import Path

from app.studio.licences import distribution_section, licence_name, section
from release.layout import BUNDLED_MODEL, PACKAGING, ROOT, VERSION
from release.origins import Origins

STANDARD_TEXTS = PACKAGING / "licences"
FONTS = ROOT / "resources" / "fonts"
# Packages that name their licence without bringing its text.
TEXT_BY_NAME = {
    "Apache Software License": ROOT / "LICENSE",
    "LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only": STANDARD_TEXTS / "LGPL-3.0.txt",
    "MPL-2.0": STANDARD_TEXTS / "MPL-2.0.txt",
}
ENOUGH_TEXT = 500  # characters; less is a name, or a pointer to a text that is elsewhere
INTRODUCTION = f"""\
Tessera {VERSION} is licensed under the Apache License 2.0. It brings the works listed below, each
under its own licence. Qt, Qt for Python and the other libraries under the LGPL are separate files
in this installation and may be replaced by other versions of them; their sources are published
under the same names and versions by their authors.
"""


class MissingLicenceError(Exception):
    """Something would be shipped without its licence."""


def write_licences(origins: Origins, path: Path) -> None:
    """Write the text for everything in `origins`, Python, the font and the bundled model.

    Raises:
        MissingLicenceError: The licence of one of them is not to be found.
    """
    parts = [INTRODUCTION, *_own_sections(), *map(_distribution_section, origins.distributions)]
    for package in origins.system_packages:
        title = f"{package.name} {package.version} (Debian)"
        parts.append(section(title, [_text(package.copyright_file)]))
    parts.append(section("GNU General Public License 3", [_text(STANDARD_TEXTS / "GPL-3.0.txt")]))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(parts), encoding="utf-8")


def _own_sections() -> Iterator[str]:
    """Python, fonts, model: what no package manager knows of."""
    version = sys.version.split()[0]
    yield section(f"Python {version}: PSF-2.0", [_text(_python_licence())])
    yield section("Inter (the font): OFL-1.1", [_text(FONTS / "OFL.txt")])
    yield section(
        "Tessera Han (Noto Sans CJK SC, the Chinese font): OFL-1.1",
        [_text(FONTS / "OFL-TesseraHan.txt")],
    )
    yield section("Tessera Small (the bundled model)", [_text(BUNDLED_MODEL / "README.md")])


def _python_licence() -> Path:
    """The licence file, where Windows, macOS, python.org's builds and Debian keep it."""
    places = (
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",
        Path(f"/usr/share/doc/python{sys.version_info.major}.{sys.version_info.minor}/copyright"),
    )
    return next((place for place in places if place.exists()), places[0])


def _distribution_section(distribution: Distribution) -> str:
    text = distribution_section(distribution)
    if len(text) >= ENOUGH_TEXT:
        return text
    name = licence_name(distribution)
    if name not in TEXT_BY_NAME:
        raise MissingLicenceError(
            f"{distribution.name} brings no licence text and says only {name!r}. Please add the "
            "text to packaging/licences and name it in packaging/release/licences.py."
        )
    return text + _text(TEXT_BY_NAME[name])


def _text(path: Path) -> str:
    if not path.exists():
        raise MissingLicenceError(f"The licence {path} is missing.")
    return path.read_text(encoding="utf-8", errors="replace")
