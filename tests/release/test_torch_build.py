"""People read which torch they get."""

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


def test_the_sentence_says_how_large_it_is() -> None:
    assert sentence().startswith("It brings torch 2.13.0")
    assert " MB as installed." in sentence()
