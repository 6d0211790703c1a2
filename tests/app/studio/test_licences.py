from importlib.metadata import distribution
from pathlib import Path

import pytest

from app.studio import licences


def test_every_installed_package_has_its_section() -> None:
    text = licences.licence_texts()

    assert "numpy 2.4.6: BSD-3-Clause" in text
    assert "Copyright (c) 2005-2025, NumPy Developers" in text


def test_a_built_application_shows_the_text_it_brings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "third-party.txt").write_text("Parts ©", encoding="utf-8")
    monkeypatch.setattr(licences, "SHIPPED", tmp_path / "third-party.txt")

    assert licences.licence_texts() == "Parts ©"


@pytest.mark.parametrize(
    ("package", "name"), [("PySide6-Essentials", "LGPL-3.0-only"), ("pyqtgraph", "MIT")]
)
def test_the_licence_is_named(package: str, name: str) -> None:
    assert licences.licence_name(distribution(package)).startswith(name)
