"""Reads prompts: along time, such as "0:20=thunder", and from a list with one a line."""

import re
import unicodedata
from pathlib import Path

from app.clock_time import parse_time
from core.api.errors import InvalidRequestError
from core.api.request import PromptSegment

_SEGMENT = re.compile(r"\s*(?P<time>[\d:.]+)\s*(?:=|\s)\s*(?P<prompt>.*?)\s*")
_MAX_SLUG_CHARACTERS = 40
_JOINERS = "\u200c\u200d"  # which choose a letter's form in Persian and Indic scripts
_LINE_END = re.compile(r"\r\n|\r|\n")  # str.splitlines parts at other characters too


def parse_segments(lines: list[str], prompt: str = "") -> tuple[PromptSegment, ...]:
    """Return segments from lines such as "0:20 thunder", sorted by time; empty ones are skipped.

    Args:
        lines: A time each (seconds, minutes:seconds or hours:minutes:seconds) and a prompt.
        prompt: The prompt from 0:00 on where no line starts there.

    Raises:
        InvalidRequestError: A line is not written like that.
    """
    segments = sorted(
        (_parse_line(line) for line in lines if line.strip()), key=lambda segment: segment.start_s
    )
    if segments and segments[0].start_s > 0:
        segments.insert(0, PromptSegment(0.0, prompt))
    return tuple(segments)


def read_prompt_list(path: Path) -> list[tuple[int, str]]:
    """Return the prompts of a text file, each with the number of its line, from 1.

    Empty lines and those that begin with # are left out. A line that is no UTF-8 holds lone
    surrogates, so that it is refused by itself.

    Raises:
        InvalidRequestError: It cannot be read, or holds no prompt.
    """
    refusal = InvalidRequestError(
        "prompts", f"{path}: these prompts cannot be read; please name a text file in UTF-8."
    )
    try:
        content = path.read_bytes()
    except OSError as error:
        raise refusal from error
    if b"\0" in content:  # UTF-16, or no text
        raise refusal
    lines = _LINE_END.split(content.decode("utf-8-sig", errors="surrogateescape"))
    stripped = ((number, line.strip()) for number, line in enumerate(lines, start=1))
    prompts = [(number, line) for number, line in stripped if line and not line.startswith("#")]
    if not prompts:
        raise InvalidRequestError("prompts", f"{path}: there is no prompt in this file.")
    return prompts


def output_of(pattern: Path, number: int, prompt: str) -> Path:
    """Return the file of prompt `number` (from 1): take.flac gives take-001-rain.flac.

    Letters and digits of any script are kept, with their vowel signs, in at most 40 characters.
    """
    kept = "".join(char if _is_of_word(char) else " " for char in prompt.lower())
    slug = _cut("-".join(word for part in kept.split() if (word := _without_marks_before(part))))
    parts = [pattern.stem, f"{number:03}", slug]
    return pattern.with_name("-".join(part for part in parts if part) + pattern.suffix)


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char in _JOINERS or unicodedata.category(char).startswith("M")


def _without_marks_before(word: str) -> str:
    """The word from its first letter or digit on: a mark alone would change what is before it."""
    first = next((place for place, char in enumerate(word) if char.isalnum()), len(word))
    return word[first:].rstrip(_JOINERS)


def _cut(slug: str) -> str:
    """At most 40 characters, none of them without the marks that follow it."""
    end = _MAX_SLUG_CHARACTERS
    while end < len(slug) and not (slug[end].isalnum() or slug[end] == "-"):
        end -= 1
    return slug[:end].strip("-" + _JOINERS)


def _parse_line(line: str) -> PromptSegment:
    parts = _SEGMENT.fullmatch(f"{line} ")  # a time alone is a stretch without a prompt
    seconds = None if parts is None else parse_time(parts["time"])
    if parts is None or seconds is None:
        raise InvalidRequestError(
            "segments",
            f'"{line.strip()}" is no prompt along time; write a time and a prompt, such as '
            '"0:20 thunder" or "0:20=thunder".',
        )
    return PromptSegment(round(seconds, 3), parts["prompt"])
