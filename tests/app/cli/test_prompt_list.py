"""Names of the sounds of a list of prompts."""

from pathlib import Path

import pytest

from app.cli.prompt_arguments import output_of


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("rain", "take-007-rain.wav"),
        ("A dog barks, twice!", "take-007-a-dog-barks-twice.wav"),
        ("../../etc/passwd", "take-007-etc-passwd.wav"),
        ("雨と雷", "take-007-雨と雷.wav"),
        ("?!", "take-007.wav"),
        ("w " * 500, "take-007-" + "-".join("w" * 20) + ".wav"),
    ],
)
def test_a_name_says_number_and_words_and_stays_in_its_folder(prompt: str, name: str) -> None:
    assert output_of(Path("sounds/take.wav"), 7, prompt) == Path("sounds") / name
