"""The trial of a program notices what a program can do wrong."""

import sys

import pytest
from trial.no_internet import can_refuse_internet
from trial.program import Program, TrialFailedError


def python(code: str) -> Program:
    return Program([sys.executable, "-c", code])


def test_each_line_is_kept_with_its_moment() -> None:
    run = python("import time; print('window'); print('closed')").run()

    assert [line for _, line in run.said] == ["window", "closed"]
    assert 0 < run.moment_s("window") <= run.moment_s("closed")
    with pytest.raises(TrialFailedError, match="never said 'exported'"):
        run.moment_s("exported")


def test_waiting_for_a_line_ends_with_it() -> None:
    run = python("print('window', flush=True); import threading; threading.Event().wait()").run(
        until="window"
    )

    assert len(run.said) == 1


def test_nothing_of_this_machine_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "fi")
    run = python("import os; print('LANGUAGE' in os.environ, os.path.isdir(os.environ['HOME']))")

    assert run.run().said[0][1] == "False False"


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.exit(1)",
        "import sys; print('Traceback', file=sys.stderr)",
        pytest.param(
            "import socket; socket.socket()",
            marks=pytest.mark.skipif(not can_refuse_internet(), reason="the filter is Linux's"),
        ),
    ],
)
def test_a_failure_a_traceback_and_reaching_out_are_noticed(code: str) -> None:
    with pytest.raises(TrialFailedError):
        python(code).run()
