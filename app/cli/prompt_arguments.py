"""Reads prompts: along time, such as "0:20=thunder", and from a list with one a line."""

import re
from pathlib import Path

from core.api.errors import InvalidRequestError
from core.api.request import PromptSegment

_SEGMENT = re.compile(r"\s*(?P<time>[\d:.]+)\s*(?:=|\s)\s*(?P<prompt>.*?)\s*")
_MAX_SLUG_CHARACTERS = 40


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


def parse_time(text: str) -> float | None:
    """Return the seconds of "20", "0:20" or "1:02:03.5"; None where it is no time."""
    try:
        *larger, seconds = text.split(":")
        total = 0.0
        for part in larger:
            total = (total + int(part)) * 60
        return total + float(seconds) if len(larger) <= 2 else None
    except ValueError:
        return None


def read_prompt_list(path: Path) -> list[str]:
    """Return the prompts of a text file, without empty lines and those that begin with #.

    Raises:
        InvalidRequestError: It cannot be read, or holds no prompt.
    """
    try:
        lines = [line.strip() for line in path.read_text(encoding="utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRequestError(
            "prompts", f"{path}: these prompts cannot be read; please name a text file in UTF-8."
        ) from error
    prompts = [line for line in lines if line and not line.startswith("#")]
    if not prompts:
        raise InvalidRequestError("prompts", f"{path}: there is no prompt in this file.")
    return prompts


def output_of(pattern: Path, number: int, prompt: str) -> Path:
    """Return the file of prompt `number` (from 1): take.flac gives take-001-rain.flac.

    Letters and digits of any script are kept, in at most 40 characters.
    """
    slug = re.sub(r"[\W_]+", "-", prompt.lower())[:_MAX_SLUG_CHARACTERS].strip("-")
    parts = [pattern.stem, f"{number:03}", slug]
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
