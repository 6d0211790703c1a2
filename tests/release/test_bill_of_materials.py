"""The bill of materials names every part, and is the same for the same parts."""

import json
from importlib.metadata import distribution
from pathlib import Path

import pytest
from release.bill_of_materials import write_bill_of_materials
from release.origins import Origins, SystemPackage

PARTS = Origins(
    (distribution("numpy"), distribution("PySide6-Essentials")),
    (SystemPackage("zlib1g", "1:1.2.13", Path("/usr/share/doc/zlib1g/copyright")),),
)


@pytest.fixture(autouse=True)
def moment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")


def test_every_part_is_named_with_version_licence_and_address(tmp_path: Path) -> None:
    write_bill_of_materials(PARTS, tmp_path / "bill.json")
    bill = json.loads((tmp_path / "bill.json").read_text())

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {part["name"]: part for part in bill["components"]}
    assert parts["numpy"]["purl"] == "pkg:pypi/numpy@2.4.6"
    assert "BSD-3-Clause" in parts["numpy"]["licenses"][0]["license"]["name"]
    assert parts["zlib1g"]["purl"].startswith("pkg:deb/debian/zlib1g@")
    assert parts["tessera-small"]["type"] == "machine-learning-model"
    assert bill["metadata"]["component"]["name"] == "tessera"


def test_the_same_parts_give_the_same_file(tmp_path: Path) -> None:
    for name in ("first", "second"):
        write_bill_of_materials(PARTS, tmp_path / name)

    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
