"""A run on a terminal."""

import io

import pytest

from app.cli.terminal import TerminalListener
from core.api.events import BytesReceived, Notice, RunExpected


@pytest.mark.parametrize(
    ("expected_s", "args"),
    [(0.2, "1 s"), (75.0, "75 s"), (200.0, "3 min"), (5000.0, "83 min"), (9000.0, "2.5 h")],
)
def test_what_a_long_run_takes_is_said_in_one_line(expected_s: float, args: str) -> None:
    stream = io.StringIO()

    TerminalListener(stream)(RunExpected(600.0, expected_s, 76_800_000))

    assert stream.getvalue() == (
        f"600 s of sound: about {args} of work, and 77 MB on the disk meanwhile\n"
    )


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("term", "is_live"), [("xterm", True), ("dumb", False)])
def test_a_terminal_gets_no_escape_codes(
    term: str, is_live: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", term)
    stream = _Terminal()
    listener = TerminalListener(stream)

    for event in (BytesReceived(10**6, 20**6), BytesReceived(2 * 10**6, 20**6), Notice("short")):
        listener(event)

    line = "downloading: 2 MB of 64 MB"
    begin = f"downloading: 1 MB of 64 MB\r{' ' * len(line)}\r{line}\r{' ' * len(line)}\r"
    assert stream.getvalue() == (begin if is_live else "") + "short\n"
