"""A file of prompts, one a line, and the names of the sounds made of them."""

import re
from pathlib import Path

from core.errors import InvalidRequestError

_MAX_WORDS_LENGTH = 40


def read_prompts(path: Path) -> list[str]:
    """The prompts of a text file; empty lines and those that begin with # are left out.

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
    """The file of prompt `number` (from 1): sounds/take.flac gives sounds/take-001-rain.flac.

    Letters and digits of any script are kept, in at most 40 characters.
    """
    words = re.sub(r"[\W_]+", "-", prompt.lower())[:_MAX_WORDS_LENGTH].strip("-")
    parts = [pattern.stem, f"{number:03}", words]
    return pattern.with_name("-".join(part for part in parts if part) + pattern.suffix)
