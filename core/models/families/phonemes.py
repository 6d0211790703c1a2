"""Writes a text in phonemes (IPA), with espeak-ng as a program of its own.

VITS's tokenizer asks the package phonemizer for this, which drives the library of espeak-ng. Both
are GPL-3, so that Tessera neither ships nor imports them: it runs the program where a person has
installed it, and arranges its output in the way that the package documents for the options
`strip`, `preserve_punctuation` and `with_stress`.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from core.api.errors import InvalidRequestError

_PROGRAMS = ("espeak-ng", "espeak")
TIME_LIMIT_S = 20.0
_OPTIONS = ("-q", "--ipa", "-b", "1", "-v", "en-us")  # silent, IPA, UTF-8, as the models learned
_PLACES = (  # of installers that do not extend the PATH, or not that of a program with a window
    r"C:\Program Files\eSpeak NG",
    r"C:\Program Files (x86)\eSpeak NG",
    "/opt/homebrew/bin",
    "/usr/local/bin",
)
_MARK = r"(?:[;:!?¡¿—…\"«»“”(){}\[\]]|(?<!\d)[.,]|[.,](?!\d))"  # 3.5 and 3,000 are one number
_PUNCTUATION = re.compile(rf"(\s*(?:{_MARK}\s*)+)")
_LANGUAGE_SWITCH = re.compile(r"\([a-z-]+\)")  # such as (fr), before a foreign word
_NO_WINDOW = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # of a console, on Windows


def to_phonemes(text: str) -> str:
    """The phonemes of an English text, on one line; what is between slashes is already phonemes.

    Punctuation stays where it is; what lies between is read piece by piece.

    Raises:
        InvalidRequestError: There is no espeak-ng, or it fails.
    """
    text = " ".join(text.split())
    if len(text) > 1 and text[0] == text[-1] == "/":
        return text[1:-1].strip()
    deadline_s = time.monotonic() + TIME_LIMIT_S
    pieces = _PUNCTUATION.split(text)  # every other one is punctuation
    pieces[::2] = [_spoken(piece, deadline_s) if piece else "" for piece in pieces[::2]]
    return " ".join("".join(pieces).split())


def _spoken(piece: str, deadline_s: float) -> str:
    """The phonemes of a piece of text without punctuation."""
    program = _find_program()
    if program is None:
        raise InvalidRequestError(
            "transcription",
            "To speak a text, it has to be written in phonemes first, for which espeak-ng is "
            "needed. Install it (apt install espeak-ng, brew install espeak-ng, or its installer "
            "for Windows), or write the phonemes yourself between slashes: /wˈɪʃ juː ɐ ɡˈʊd dˈeɪ/.",
        )
    try:
        answer = subprocess.run(
            [program, *_OPTIONS],
            input=piece.encode(),
            capture_output=True,
            check=True,
            timeout=max(0.0, deadline_s - time.monotonic()),
            creationflags=_NO_WINDOW,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise InvalidRequestError(
            "transcription",
            f"{Path(program).name} could not write the text in phonemes ({_reason(error)}). "
            "Install it again, or write the phonemes yourself between slashes.",
        ) from error
    phonemes = answer.stdout.decode(errors="replace").replace("_", "")
    return " ".join(_LANGUAGE_SWITCH.sub("", phonemes).split())  # a line for each clause


def _find_program() -> str | None:
    """The path of espeak-ng, or of its forerunner; None where neither is installed."""
    places = os.pathsep.join(_PLACES)
    found: Iterator[str | None] = (
        shutil.which(name, path=path) for name in _PROGRAMS for path in (None, places)
    )
    return next(filter(None, found), None)


def _reason(error: Exception) -> str:
    match error:
        case subprocess.TimeoutExpired():
            return "it took too long"
        case subprocess.CalledProcessError():
            return f"it ended with {error.returncode}"
        case OSError():
            return error.strerror or type(error).__name__
    return type(error).__name__
