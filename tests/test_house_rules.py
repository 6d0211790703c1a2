"""The rules of tests/conftest.py, tried on tests that break them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
PYTEST_INI = """
[pytest]
qt_api = pyside6
qt_log_level_fail = WARNING
filterwarnings = error
"""
INNER_TESTS = """
import logging, socket, warnings
import pytest
from PySide6.QtCore import QThread, qWarning
from PySide6.QtWidgets import QLabel

def test_ok_expected_warning(expect_log):
    expect_log("device .* busy")
    logging.getLogger("app").warning("device 3 is busy")

def test_ok_local_socket():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()

def test_ok_thread_is_joined(qapp):
    thread = QThread()
    thread.start()
    thread.quit()
    thread.wait()

def test_bad_unexpected_warning():
    logging.getLogger("core").warning("something is odd")

def test_bad_warning_that_did_not_come(expect_log):
    expect_log("device .* busy")

def test_bad_network():
    socket.create_connection(("192.0.2.1", 80), timeout=1)

def test_bad_python_warning():
    warnings.warn("old ways", DeprecationWarning)

def test_bad_qt_warning(qapp):
    qWarning("painter is not active")

def test_bad_thread_left(qapp, keep=[]):
    keep.append(QThread())
    keep[-1].start()

def test_bad_window(qtbot):
    label = QLabel("what the window showed")
    qtbot.addWidget(label)
    label.show()
    assert False
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest says about the inner tests, under the house's own conftest."""
    folder = tmp_path_factory.mktemp("house_rules")
    (folder / "pytest.ini").write_text(PYTEST_INI)
    (folder / "conftest.py").write_text(CONFTEST.read_text())
    (folder / "test_inner.py").write_text(INNER_TESTS)
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", str(folder)]
    surroundings = {
        **os.environ,
        "TMPDIR": str(folder),  # pictures of failures go there
        "PYTHONPATH": str(CONFTEST.parents[1]),
    }
    return subprocess.run(
        command, cwd=folder, env=surroundings, capture_output=True, text=True, check=False
    ).stdout


def outcome(report: str, name: str) -> set[str]:
    """Words such as PASSED, FAILED, ERROR on the lines of one inner test."""
    lines = [line for line in report.splitlines() if f"::{name} " in line]
    return {word for line in lines for word in line.split() if word.isupper()}


@pytest.mark.parametrize(
    "name", ["test_ok_expected_warning", "test_ok_local_socket", "test_ok_thread_is_joined"]
)
def test_what_keeps_the_rules_passes(report: str, name: str) -> None:
    assert outcome(report, name) == {"PASSED"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("test_bad_unexpected_warning", "unexpected warnings in the log: ['something is odd']"),
        ("test_bad_warning_that_did_not_come", "warnings that did not come"),
        ("test_bad_network", "a test reached for the network: ('192.0.2.1', 80)"),
        ("test_bad_python_warning", "old ways"),
        ("test_bad_qt_warning", "painter is not active"),
        ("test_bad_thread_left", "threads left running"),
        ("test_bad_window", "test_bad_window-0.png"),
    ],
)
def test_what_breaks_a_rule_fails_and_says_why(report: str, name: str, reason: str) -> None:
    assert outcome(report, name) & {"FAILED", "ERROR"}, report
    assert reason in report
