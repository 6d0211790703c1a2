"""Sizes and checksums of what was built."""

import hashlib
from pathlib import Path

import pytest
from release import sizes


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, size in {
        "tessera": 1,
        "_internal/torch/lib/libtorch.so": 70,
        "_internal/numpy/core.so": 20,
        "_internal/numpy.libs/libopenblas.so": 30,
        "_internal/resources/models/bundled/unet.safetensors": 8,
        "_internal/resources/icons/one.svg": 2,
        "_internal/libz.so.1": 4,
    }.items():
        file = tmp_path / "built" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(bytes(size))
    (tmp_path / "built" / "_internal" / "libz.so").symlink_to("libz.so.1")
    return tmp_path / "built"


def test_every_byte_is_counted_once_under_the_part_it_belongs_to(folder: Path) -> None:
    assert sizes.part_sizes(folder) == {
        "torch": 70,
        "numpy": 50,
        "resources/models": 8,
        "resources/icons": 2,
        "shared libraries and Python": 5,
    }


def test_checksums_are_as_sha256sum_writes_them(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "DIST", tmp_path)
    sizes.write_checksums(folder, [folder / "tessera"])

    checksum = hashlib.sha256(bytes(1)).hexdigest()
    assert (tmp_path / sizes.CHECKSUMS).read_text() == f"{checksum}  tessera\n"
    contents = (tmp_path / sizes.CONTENTS).read_text().splitlines()
    assert f"{checksum}  tessera" in contents
    assert len(contents) == 7
