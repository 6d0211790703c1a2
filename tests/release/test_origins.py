"""Licences and the bill of materials follow from what was really put in."""

import json
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path

import pytest
from release import licences, origins
from release.licences import MissingLicenceError, write_licences
from release.origins import Origins, SystemPackage, UnknownOriginError, find_origins

ROOT = Path(__file__).resolve().parents[2]


def write_inputs(folder: Path, *sources: str) -> Path:
    path = folder / "inputs.json"
    path.write_text(json.dumps([[Path(source).name, source, "DATA"] for source in sources]))
    return path


def source_of(package: str, name: str) -> str:
    file = next(file for file in distribution(package).files or () if file.name == name)
    return str(file.locate())


def test_each_file_is_traced_to_its_package(tmp_path: Path) -> None:
    inputs = write_inputs(
        tmp_path,
        source_of("numpy", "version.py"),
        source_of("pyqtgraph", "PlotItem.py"),
        str(ROOT / "main.py"),
        json.__file__,
    )

    found = find_origins(inputs)

    assert [one.name for one in found.distributions] == ["numpy", "pyqtgraph"]
    assert found.system_packages == ()


def test_links_have_no_origin_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "inputs.json"
    path.write_text(json.dumps([["libz.so", "libz.so.1", "SYMLINK"], ["x", "-", "OPTION"]]))

    assert find_origins(path) == Origins((), ())


def test_a_library_of_the_system_is_traced_to_its_debian_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ask(*command: str) -> str:
        if "--search" in command:  # Debian names it where it was before /usr was merged
            return "zlib1g:amd64: /lib/libz.so.1" if command[-1] == "/lib/libz.so.1" else ""
        return "zlib1g 1:1.2.13"

    monkeypatch.setattr(origins, "_ask", ask)

    found = find_origins(write_inputs(tmp_path, "/usr/lib/libz.so.1"))

    copyright_file = Path("/usr/share/doc/zlib1g/copyright")
    assert found.system_packages == (SystemPackage("zlib1g", "1:1.2.13", copyright_file),)


def test_a_python_of_the_system_owns_no_more_than_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    monkeypatch.setattr(sysconfig, "get_path", {"stdlib": "/usr/lib/python3.11"}.get)
    monkeypatch.setattr(origins, "_files_of_distributions", dict)
    monkeypatch.setattr(
        origins, "_ask", lambda *ask: "libx 1.0" if "-W" in ask else f"libx: {ask[-1]}"
    )

    found = find_origins(
        write_inputs(tmp_path, "/usr/lib/python3.11/json/__init__.py", "/usr/lib/libx.so.1")
    )

    assert [package.name for package in found.system_packages] == ["libx"]


def test_a_file_of_nobody_stops_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "_ask", lambda *command: "")

    with pytest.raises(UnknownOriginError, match=r"libmystery\.so"):
        find_origins(write_inputs(tmp_path, "/opt/libmystery.so"))


@pytest.fixture
def own_texts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts of Python and of the model, wherever this Python keeps its own."""
    (tmp_path / "README.md").write_text("What the model is.")
    monkeypatch.setattr(licences, "BUNDLED_MODEL", tmp_path)
    monkeypatch.setattr(licences, "_python_licence", lambda: tmp_path / "README.md")


@pytest.mark.usefixtures("own_texts")
def test_every_part_is_shipped_with_its_licence(tmp_path: Path) -> None:
    parts = Origins((distribution("numpy"), distribution("PySide6-Essentials")), ())
    write_licences(parts, tmp_path / "licences" / "third-party.txt")

    text = (tmp_path / "licences" / "third-party.txt").read_text(encoding="utf-8")
    assert "NumPy Developers" in text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in text
    assert "SIL OPEN FONT LICENSE" in text
    assert "What the model is." in text


@pytest.mark.usefixtures("own_texts")
def test_a_part_without_a_licence_stops_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(licences, "TEXT_BY_NAME", {})

    with pytest.raises(MissingLicenceError, match="PySide6"):
        write_licences(Origins((distribution("PySide6-Essentials"),), ()), tmp_path / "x.txt")
