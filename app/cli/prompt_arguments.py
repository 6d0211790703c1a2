"""Reads prompts: along time, such as "0:20=thunder", and from a list with one a line."""

import re
from pathlib import Path

from app.clock_time import parse_time
from app.prompt_slug import prompt_slug
from core.api.errors import InvalidRequestError
from core.api.request import PromptSegment

_SEGMENT = re.compile(r"\s*(?P<time>[\d:.]+)\s*(?:=|\s)\s*(?P<prompt>.*?)\s*")
_MAX_SLUG_CHARACTERS = 40
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
    except FileNotFoundError as error:
        raise InvalidRequestError("prompts", f"{path}: there is no such file.") from error
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
    """Return the file of prompt `number` (from 1): take.flac gives take-001-rain.flac."""
    parts = [pattern.stem, f"{number:03}", prompt_slug(prompt, _MAX_SLUG_CHARACTERS)]
    return pattern.with_name("-".join(part for part in parts if part) + pattern.suffix)


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
