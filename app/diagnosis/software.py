"""Which versions are installed, and whether they load."""

import importlib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

from app import frozen
from app.bootstrap import platform_support
from app.diagnosis.report import Problem, Section
from core.version import __version__

PACKAGES = (
    *("torch", "diffusers", "transformers", "huggingface-hub", "safetensors", "numpy", "scipy"),
    *("PySide6-Essentials", "pyqtgraph", "sounddevice", "soundfile", "soxr", "platformdirs"),
)
LOADED = ("torch", "numpy", "soundfile", "PySide6.QtCore", "PySide6.QtGui")
_INSTALL_AGAIN = {
    True: "Delete the folder .venv beside main.py, and start again.",
    False: "Install Tessera again.",
}


def describe_software() -> Section:
    """Versions of Tessera, Python and the packages; what does not load is a problem."""
    facts = [
        f"Tessera {__version__}, {_form()}",
        platform_support.description(),
        *(f"{name} {_version(name)}" for name in PACKAGES),
    ]
    problems = list(_load_problems())
    if part := platform_support.part_without_build():
        problems.append(
            Problem(
                f"{part} has no build for this computer.",
                f"Tessera runs on {platform_support.SUPPORTED}.",
            )
        )
    return Section("Versions", tuple(facts), tuple(problems))


def _form() -> str:
    """In which form it was installed."""
    if frozen.is_frozen():
        return "as a built application"
    return "from its source tree" if frozen.is_checkout() else "as a Python package"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "of this application" if frozen.is_frozen() else "missing"


def _load_problems() -> Iterator[Problem]:
    """Import what everything else needs; an import fails with errors of any kind."""
    for name in LOADED:
        try:
            importlib.import_module(name)
        except Exception as error:
            reason = f"{name} does not load: {type(error).__name__}: {error}"
            yield Problem(reason, _INSTALL_AGAIN[frozen.is_checkout()])
