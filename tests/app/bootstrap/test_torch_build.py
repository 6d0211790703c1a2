import io
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from app.bootstrap import torch_build
from app.bootstrap.torch_build import CPU_INDEX, CUDA_INDEX, choose, offers

TORCH = ["numpy==2.4.6", "torch==2.13.0"]


class FakeIndex(BaseHTTPRequestHandler):
    """An index that has torch 2.13.0 for the processor."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'<a href="/whl/cpu/torch-2.13.0%2Bcpu-cp311-cp311-linux.whl">torch</a>')

    def log_message(self, *words: object) -> None:
        """Keep the test's output clean."""


@pytest.fixture
def index() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), FakeIndex) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}/whl/cpu"
        server.shutdown()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch):
    """Describe a machine: its system, its card, and the indexes that answer."""

    def describe(platform: str, *, card: bool, answering: tuple[str, ...] = ()) -> None:
        monkeypatch.delenv(torch_build.CHOICE, raising=False)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(torch_build, "has_nvidia_card", lambda: card)
        monkeypatch.setattr(torch_build, "offers", lambda index, version: index in answering)

    return describe


def test_an_index_is_asked_for_the_very_version(index: str) -> None:
    assert offers(index, "2.13.0", timeout_s=10)
    assert not offers(index, "2.14.0", timeout_s=10)


def test_nobody_waits_for_an_index_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not offers("http://127.0.0.1:9/whl/cpu", "2.13.0", timeout_s=10)
    never = threading.Event()
    monkeypatch.setattr(torch_build, "_read", lambda index, timeout_s: str(never.wait(20)))

    assert not offers(CPU_INDEX, "2.13.0", timeout_s=0.01)
    never.set()


def test_an_offline_pip_queries_no_index(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    assert not offers(index, "2.13.0", timeout_s=10)


def test_without_torch_there_is_nothing_to_choose() -> None:
    assert choose(["pytest==9.2.0"]) is None


def test_linux_without_a_card_gets_the_small_build(machine) -> None:
    machine("linux", card=False, answering=(CPU_INDEX,))

    build = choose(TORCH)

    assert build.pip_arguments == ["--extra-index-url", CPU_INDEX]
    assert build.download_mb < 1000


def test_linux_goes_on_as_before_where_it_does_not(machine) -> None:
    machine("linux", card=False)

    assert choose(TORCH).pip_arguments == []
    assert choose(TORCH).download_mb >= 3000


def test_linux_with_a_card_gets_pypis_build(machine) -> None:
    machine("linux", card=True, answering=(CPU_INDEX,))

    assert choose(TORCH).pip_arguments == []
    assert "NVIDIA" in choose(TORCH).name


@pytest.mark.parametrize(("answer", "index"), [("y\n", CUDA_INDEX), ("\n", ""), ("no\n", "")])
def test_windows_with_a_card_is_asked(machine, monkeypatch, capsys, answer, index) -> None:
    machine("win32", card=True, answering=(CUDA_INDEX,))
    terminal = io.StringIO(answer)
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", terminal)

    assert choose(TORCH).index_url == index
    assert "about 2 GB instead of 200 MB" in capsys.readouterr().err


def test_windows_without_card_or_terminal_gets_the_small_build(machine, monkeypatch) -> None:
    for card, stdin in ((False, io.StringIO("y\n")), (True, io.StringIO("y\n")), (True, None)):
        machine("win32", card=card, answering=(CUDA_INDEX,))
        monkeypatch.setattr(sys, "stdin", stdin)

        assert choose(TORCH).pip_arguments == []


def test_those_who_know_better_choose_themselves(machine, monkeypatch) -> None:
    machine("linux", card=True, answering=(CPU_INDEX,))
    monkeypatch.setenv(torch_build.CHOICE, "cpu")
    assert choose(TORCH).index_url == CPU_INDEX
    machine("win32", card=False, answering=(CUDA_INDEX,))
    monkeypatch.setenv(torch_build.CHOICE, "cuda")
    assert choose(TORCH).index_url == CUDA_INDEX


def test_macs_take_pypis_only_build(machine) -> None:
    machine("darwin", card=False, answering=(CPU_INDEX,))

    assert choose(TORCH).pip_arguments == []
