import ast
import subprocess
import sys
from pathlib import Path

import pytest

from app import python_version

PROJECT = Path(__file__).resolve().parents[2]
READ_BEFORE_THE_CHECK = (
    "main.py",
    "app/__init__.py",
    "app/frozen.py",
    "app/python_version.py",
    "tests/__init__.py",
    "tests/__main__.py",
)


def too_new(source: str) -> str | None:
    """What Python 3.6 would not read; None where it reads all."""
    try:
        ast.parse(source, feature_version=(3, 6))
    except SyntaxError as error:
        return f"line {error.lineno}: {error.msg}"
    return None


@pytest.mark.parametrize("name", READ_BEFORE_THE_CHECK)
def test_what_comes_before_the_check_parses_on_an_old_python(name: str) -> None:
    assert too_new((PROJECT / name).read_text()) is None


@pytest.mark.parametrize("start", ["main", "tests.__main__"])
def test_an_old_python_exits_with_one_sentence(start: str) -> None:
    pretend = f"""
import runpy, sys
sys.version_info, sys.version = (3, 8, 10, "final", 0), "3.8.10 (default)"
runpy.run_module({start!r}, run_name="__main__")
"""
    result = subprocess.run(
        [sys.executable, "-c", pretend], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert result.stderr.startswith("Tessera needs Python 3.11 or newer, and this is Python 3.8.10")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("oldest", [python_version.OLDEST, sys.version_info[:2]])
def test_this_python_and_the_oldest_are_new_enough(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], oldest: tuple[int, int]
) -> None:
    monkeypatch.setattr(python_version, "OLDEST", oldest)
    python_version.require_supported()
    assert capsys.readouterr() == ("", "")
