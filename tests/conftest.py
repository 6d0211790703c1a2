"""House rules that every test keeps: no screen, no network, no unexpected warning, no thread left.

Set before Qt or torch are imported: both read their surroundings only once.
"""

import gc
import ipaddress
import logging
import os
import re
import signal
import socket
import sys
import tempfile
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

RESOURCES = Path(__file__).parents[1] / "resources"
TORCH_THREADS = "1" if "PYTEST_XDIST_WORKER" in os.environ else "2"
THREAD_END_MS = 5000
HUB_VARIABLES = (  # they name models and a token of a person
    "HF_HOME",
    "HF_HUB_CACHE",
    "HUGGINGFACE_HUB_CACHE",
    "HF_TOKEN",
    "HF_TOKEN_PATH",
    "HUGGING_FACE_HUB_TOKEN",
    "HF_HUB_DISABLE_IMPLICIT_TOKEN",
)
HOME = tempfile.TemporaryDirectory(prefix="tessera-tests-")
STARTED: weakref.WeakSet[Any] = weakref.WeakSet()  # QThreads

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("OMP_NUM_THREADS", TORCH_THREADS)
os.environ.setdefault("GOMP_SPINCOUNT", "10000")  # as the application does, before torch comes
# A suite in a shell's background is deaf to Ctrl+C, and so would be all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
for folder in ("CONFIG", "DATA", "CACHE", "STATE"):  # settings and history of the tests' own
    os.environ[f"XDG_{folder}_HOME"] = f"{HOME.name}/{folder.lower()}"
for variable in HUB_VARIABLES:
    os.environ.pop(variable, None)
# Where Python is told to keep no bytecode, every worker rewrites the assertions of all tests in
# every run: half of what collecting them takes.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

hypothesis.settings.register_profile(
    "tessera", deadline=None, max_examples=50, derandomize="CI" in os.environ
)
hypothesis.settings.load_profile("tessera")


@pytest.fixture(scope="session")
def qapp(qapp: Any) -> Any:
    """The application with the bundled font: an offscreen Qt may have no other."""
    from PySide6.QtGui import QFont, QFontDatabase

    _record_starts()
    for path in sorted((RESOURCES / "fonts").glob("*.otf")):
        assert QFontDatabase.addApplicationFont(str(path)) >= 0, path
    qapp.setFont(QFont("Inter", 10))
    return qapp


@pytest.fixture(scope="session", autouse=True)
def no_automatic_collection() -> None:
    """Garbage is collected between tests, in this thread, as the studio does between clicks."""
    gc.disable()


@pytest.fixture(autouse=True)
def collection(no_automatic_collection: None) -> Iterator[None]:
    """What is due after each test."""
    from app.studio.garbage_collector import collect_due

    yield
    collect_due()


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine answers; anything else would make a test depend on the weather."""
    connect = socket.socket.connect

    def connect_locally(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            pytest.fail(f"a test reached for the network: {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect_locally)


class ExpectedLog:
    """The warnings a test waits for."""

    def __init__(self) -> None:
        self.patterns: list[str] = []

    def __call__(self, pattern: str) -> None:
        """Expect a record whose text matches the regular expression."""
        self.patterns.append(pattern)


@pytest.fixture
def expect_log() -> ExpectedLog:
    """Call it with a pattern to allow, and demand, a warning in the log."""
    return ExpectedLog()


@pytest.fixture(autouse=True)
def only_expected_warnings_in_log(
    caplog: pytest.LogCaptureFixture, expect_log: ExpectedLog
) -> Iterator[None]:
    """A warning in the log that no test asked for is a failure; so is one that did not come."""
    yield
    logged = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.levelno >= logging.WARNING
    ]
    unexpected = [text for text in logged if not _matches_any(expect_log.patterns, text)]
    absent = [p for p in expect_log.patterns if not any(re.search(p, text) for text in logged)]
    assert not unexpected, f"unexpected warnings in the log: {unexpected}"
    assert not absent, f"warnings that did not come: {absent}"


@pytest.fixture(autouse=True)
def no_thread_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Join QThreads that a test left running, and fail it: Qt aborts the process over them."""
    yield
    if "qapp" not in request.fixturenames or "PySide6.QtCore" not in sys.modules:
        return
    left = _running_threads()
    for thread in left:
        thread.quit()
        assert thread.wait(THREAD_END_MS), f"{thread} does not end"
    assert not left, f"threads left running: {left}"


def _running_threads() -> list[Any]:
    from shiboken6 import isValid

    return [thread for thread in STARTED if isValid(thread) and thread.isRunning()]


def _record_starts() -> None:
    """Remember every QThread that is started: to look for them among all objects takes long."""
    from PySide6.QtCore import QThread

    start = QThread.start

    def record_and_start(self: Any, *priority: Any) -> None:
        STARTED.add(self)
        start(self, *priority)

    QThread.start = record_and_start  # type: ignore[method-assign]


def _matches_any(patterns: list[str], text: str) -> bool:
    return any(re.search(pattern, text) for pattern in patterns)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Picture every window of a failed test, and say where the pictures are."""
    report = yield
    if report.failed and call.when == "call" and "qapp" in getattr(item, "fixturenames", ()):
        report.sections.append(("Screenshots", "\n".join(_screenshots(item.name))))
    return report


def _screenshots(name: str) -> list[str]:
    from PySide6.QtWidgets import QApplication

    windows = [widget for widget in QApplication.topLevelWidgets() if widget.isVisible()]
    paths = [f"{tempfile.gettempdir()}/{name}-{index}.png" for index in range(len(windows))]
    return [path for path, window in zip(paths, windows, strict=True) if window.grab().save(path)]
