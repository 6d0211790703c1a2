"""People read which torch they get."""

from pathlib import Path

import pytest
from release.torch_build import kind_of, sentence


@pytest.mark.parametrize(
    ("version", "platform", "word"),
    [
        ("2.13.0+cpu", "linux", "processor only"),
        ("2.13.0+cu130", "win32", "NVIDIA"),
        ("2.13.0", "linux", "NVIDIA"),
        ("2.13.0", "win32", "processor only"),
        ("2.13.0", "darwin", "Apple"),
    ],
)
def test_the_version_names_the_kind(version: str, platform: str, word: str) -> None:
    assert word in kind_of(version, platform)


def test_the_sentence_says_how_much_is_shipped(tmp_path: Path) -> None:
    library = tmp_path / "_internal/torch/lib/libtorch_cpu.so"
    library.parent.mkdir(parents=True)
    library.write_bytes(bytes(3_000_000))

    assert sentence(tmp_path).startswith("It brings torch 2.13.0")
    assert sentence(tmp_path).endswith(", which takes 3 MB.")
