"""The log, and what becomes of errors that were not caught."""

import logging
import sys
import threading

import pytest

import app.studio.diagnostics
from app.studio.diagnostics import report_unexpected_errors, start_logging


@pytest.fixture
def hooks(monkeypatch):
    """The process's own hooks, put back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


@pytest.fixture
def added_handlers():
    """The root logger's handlers that a test added, closed and taken off afterwards."""
    root = logging.getLogger()
    before = set(root.handlers)
    yield lambda: set(root.handlers) - before
    for handler in set(root.handlers) - before:
        root.removeHandler(handler)
        handler.close()


def test_a_warning_reaches_the_log_file(tmp_path, monkeypatch, added_handlers, expect_log):
    expect_log("the engine coughed")
    monkeypatch.setattr(app.studio.diagnostics, "log_folder", lambda: tmp_path / "logs")
    start_logging()
    logging.getLogger("tessera.test").error("the engine coughed")
    assert "the engine coughed" in (tmp_path / "logs" / "tessera.log").read_text()


def test_the_studio_starts_without_a_writable_log_folder(
    tmp_path, monkeypatch, added_handlers, capsys
):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    monkeypatch.setattr(app.studio.diagnostics, "log_folder", lambda: in_the_way / "logs")
    start_logging()
    assert len(added_handlers()) == 1  # the terminal
    assert "cannot write its log" in capsys.readouterr().err


def test_an_error_that_was_not_caught_is_logged_and_reported(hooks, expect_log):
    expect_log("an unexpected error")
    reported = []
    report_unexpected_errors(reported.append)
    error = ValueError("in the window")
    sys.excepthook(ValueError, error, None)
    assert reported == [error]


def test_an_error_in_another_thread_is_reported_too(hooks, expect_log):
    expect_log("an unexpected error")
    reported = []
    report_unexpected_errors(reported.append)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    assert isinstance(reported[0], ZeroDivisionError)


def test_an_interrupt_is_no_error(hooks, monkeypatch):
    reported = []
    monkeypatch.setattr(sys, "__excepthook__", lambda *_: None)
    report_unexpected_errors(reported.append)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert reported == []
