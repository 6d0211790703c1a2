"""Texts become phonemes with espeak-ng, or are written in phonemes already."""

import shutil
import sys
from pathlib import Path

import pytest

from core.api.errors import InvalidRequestError
from core.models.families import phonemes
from core.models.families.phonemes import to_phonemes

ECHO = 'import sys; print(" " + sys.stdin.read().upper())'  # a space before it, as espeak prints
NEEDS_SCRIPTS = pytest.mark.skipif(
    sys.platform == "win32", reason="a script cannot stand in for a program there"
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder in which programs are looked for; it is empty."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(phonemes, "_PLACES", ())
    return folder


def install(folder: Path, script: str, name: str = "espeak-ng") -> None:
    program = folder / name
    program.write_text(f"#!{sys.executable}\n{script}\n")
    program.chmod(0o755)


@NEEDS_SCRIPTS
@pytest.mark.parametrize("name", ["espeak-ng", "espeak"])
def test_punctuation_stays_where_it_is(programs: Path, name: str) -> None:
    install(programs, ECHO, name)
    assert to_phonemes("hello, you!  (dear\nreader) ...") == "HELLO, YOU! (DEAR READER) ..."
    assert to_phonemes("it's 3,000.5 in a one-off") == "IT'S 3,000.5 IN A ONE-OFF"
    assert to_phonemes("?!") == "?!"
    assert to_phonemes("") == ""


@NEEDS_SCRIPTS
def test_the_program_is_asked_for_american_english_in_ipa(programs: Path) -> None:
    install(programs, "import sys; print(*sys.argv[1:])")
    assert to_phonemes("hello") == "-q --ipa -b 1 -v en-us"


@NEEDS_SCRIPTS
def test_clauses_marks_and_flags_of_the_program_are_left_out(programs: Path) -> None:
    install(programs, 'print(" w_ˈɪ_ʃ \\n (fr) ʒˈuː (en-us)\\n")')
    assert to_phonemes("wish") == "wˈɪʃ ʒˈuː"


def test_what_is_between_slashes_is_read_as_it_is(programs: Path) -> None:
    assert to_phonemes(" /wˈɪʃ  juː, ɐ ɡˈʊd dˈeɪ/ ") == "wˈɪʃ juː, ɐ ɡˈʊd dˈeɪ"


def test_without_a_program_it_says_what_to_install(programs: Path) -> None:
    with pytest.raises(InvalidRequestError, match=r"apt install espeak-ng.*between slashes") as got:
        to_phonemes("hello")
    assert got.value.field == "transcription"


@NEEDS_SCRIPTS
@pytest.mark.parametrize(
    ("script", "reason"),
    [("import sys; sys.exit(3)", "it ended with 3"), ("import time; time.sleep(60)", "too long")],
    ids=["fails", "never ends"],
)
def test_a_program_that_gives_nothing_is_named(
    programs: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    monkeypatch.setattr(phonemes, "TIME_LIMIT_S", 0.3 if "sleep" in script else 20.0)
    install(programs, script)
    with pytest.raises(InvalidRequestError, match=f"espeak-ng could not write .*{reason}"):
        to_phonemes("hello")


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed here")
def test_the_real_program_writes_what_vits_was_trained_on() -> None:
    found = to_phonemes("Wish you have a good day, Mr. Smith!")
    assert found == "wˈɪʃ juː hæv ɐ ɡˈʊd dˈeɪ, mˈɪstɚ. smˈɪθ!"
