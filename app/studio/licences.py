"""The licences of everything that Tessera is built from, as one text to read."""

from collections.abc import Iterable
from importlib.metadata import Distribution, distributions
from pathlib import Path

from app.paths import RESOURCES

SHIPPED = RESOURCES / "licences" / "third-party.txt"
_RULE = "=" * 80
_LICENCE_FILES = ("licen", "copying", "notice", "authors", "copyright")


def licence_texts() -> str:
    """The text that a built application brings; in a source tree, of what is installed there."""
    if SHIPPED.exists():
        return SHIPPED.read_text(encoding="utf-8")
    installed = sorted(distributions(), key=lambda one: one.name.lower())
    return "\n".join(distribution_section(one) for one in installed)


def distribution_section(distribution: Distribution) -> str:
    """A Python package's name, version and licence, with all licence files it brings."""
    title = f"{distribution.name} {distribution.version}: {licence_name(distribution)}"
    return section(title, _licence_files(distribution))


def section(title: str, texts: Iterable[str]) -> str:
    """One part of the text."""
    return "\n".join([_RULE, title, _RULE, "", *texts, ""])


def licence_name(distribution: Distribution) -> str:
    """The licence by its name: an SPDX expression where the package states one."""
    for field in ("License-Expression", "License"):
        stated = _stated(distribution, field).strip()
        if stated and "\n" not in stated and stated != "UNKNOWN":
            return stated
    classifiers = distribution.metadata.get_all("Classifier") or []
    kinds = [name for name in classifiers if name.startswith("License ::")]
    return ", ".join(kind.rpartition(" :: ")[2] for kind in kinds) or "see below"


def _stated(distribution: Distribution, field: str) -> str:
    """The first entry of a field of the metadata; empty without one."""
    return str((distribution.metadata.get_all(field) or [""])[0])


def _licence_files(distribution: Distribution) -> list[str]:
    """Their contents, from the folder of the package's metadata."""
    texts = []
    for file in sorted(distribution.files or (), key=str):
        in_metadata = file.parts[0].endswith(".dist-info")
        if in_metadata and any(word in file.name.lower() for word in _LICENCE_FILES):
            texts.append(Path(file.locate()).read_text(encoding="utf-8", errors="replace"))
    if not texts and (stated := _stated(distribution, "License")):
        texts.append(stated)
    return texts
