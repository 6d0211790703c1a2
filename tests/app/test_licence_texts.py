from importlib.metadata import distribution
from pathlib import Path

import pytest

from app import licence_texts


def test_every_installed_package_has_its_section() -> None:
    text = licence_texts.licence_texts()

    assert "numpy 2.4.6: BSD-3-Clause" in text
    assert "Copyright (c) 2005-2025, NumPy Developers" in text


def test_a_built_application_shows_the_text_it_brings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "third-party.txt").write_text("Parts ©", encoding="utf-8")
    monkeypatch.setattr(licence_texts, "SHIPPED", tmp_path / "third-party.txt")

    assert licence_texts.licence_texts() == "Parts ©"


@pytest.mark.parametrize(
    ("package", "name"), [("PySide6-Essentials", "LGPL-3.0-only"), ("pyqtgraph", "MIT")]
)
def test_the_licence_is_named(package: str, name: str) -> None:
    assert licence_texts.licence_name(distribution(package)).startswith(name)
