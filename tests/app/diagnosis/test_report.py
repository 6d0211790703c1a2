"""The report's text, and that nothing private is in it."""

import getpass
import platform
from pathlib import Path

import pytest

from app.diagnosis.report import Problem, Section, report_text, without_private_words


@pytest.fixture
def person(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person with a name, a home and a computer."""
    monkeypatch.setattr(Path, "home", lambda: Path("/home/mira.k"))
    monkeypatch.setattr(getpass, "getuser", lambda: "mira.k")
    monkeypatch.setattr(platform, "node", lambda: "miras-laptop")


def test_facts_come_first_and_problems_are_numbered() -> None:
    sections = [
        Section("Versions", ("Tessera 1",)),
        Section("Sound", ("none",), (Problem("No device.", "Connect one."), Problem("Silence."))),
    ]

    assert report_text(sections).splitlines() == [
        "Versions",
        "  Tessera 1",
        "",
        "Sound",
        "  none",
        "",
        "What is wrong",
        "  1. No device.",
        "     Connect one.",
        "  2. Silence.",
    ]


def test_a_sound_installation_is_called_so() -> None:
    assert report_text([Section("Versions", ("Tessera 1",))]).endswith("\nNothing is wrong.\n")


@pytest.mark.usefixtures("person")
def test_home_user_and_computer_are_replaced() -> None:
    text = "/home/mira.k/.venv on MIRAS-LAPTOP: /media/mira.k/stick, admirable"

    assert without_private_words(text) == "~/.venv on COMPUTER: /media/USER/stick, admirable"


@pytest.mark.usefixtures("person")
def test_problems_are_cleaned_too() -> None:
    problem = Problem("No file /home/mira.k/x.", "Ask mira.k.")

    assert "mira" not in report_text([Section("Library", (), (problem,))])


def test_a_name_that_says_nothing_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "root")

    assert without_private_words("the root of all") == "the root of all"
