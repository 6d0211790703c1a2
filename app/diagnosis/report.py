"""The report of `tessera doctor`: sections of facts, then what is wrong and what to do about it."""

import getpass
import platform
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_MIN_NAME_LENGTH = 3  # a shorter user name is part of too many other words
_NOT_PRIVATE = ("root", "user", "tessera", "localhost", "linux", "debian", "ubuntu")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is wrong.

    Attributes:
        what: What is wrong, as a sentence.
        remedy: What to do about it, as a sentence; empty where the first says it.
    """

    what: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the report.

    Attributes:
        title: What it is about.
        facts: What was found, a line each.
        problems: What is wrong there.
    """

    title: str
    facts: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def report_text(sections: Iterable[Section]) -> str:
    """The whole report, free of private words."""
    lines: list[str] = []
    problems: list[Problem] = []
    for section in sections:
        lines += [section.title, *(f"  {fact}" for fact in section.facts), ""]
        problems += section.problems
    lines.append("What is wrong" if problems else "Nothing is wrong.")
    for number, problem in enumerate(problems, 1):
        lines.append(f"  {number}. {problem.what}")
        lines += [f"     {problem.remedy}"] if problem.remedy else []
    return without_private_words("\n".join(lines)) + "\n"


def without_private_words(text: str) -> str:
    """Replace the home folder, the user's name and the computer's name."""
    for home in {str(Path.home()), str(Path.home().resolve())}:
        if len(home) > _MIN_NAME_LENGTH:
            text = text.replace(home, "~")
    for name, stand_in in ((_user_name(), "USER"), (platform.node(), "COMPUTER")):
        if len(name) >= _MIN_NAME_LENGTH and name.lower() not in _NOT_PRIVATE:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", stand_in, text, flags=re.IGNORECASE)
    return text


def _user_name() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name
        return ""
