import io
import platform
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from app.bootstrap import installer, set_up, torch_build
from app.bootstrap.environment import Environment
from app.bootstrap.graphics_cards import Card, Maker
from app.bootstrap.requirements import TORCH_BUILDS, Requirements
from app.bootstrap.torch_build import (
    CPU_INDEX,
    CPU_ON_LINUX,
    FROM_PYTORCH,
    INDEX,
    NVIDIA_ON_LINUX,
    advice,
    build_of,
    known_hashes,
    offers,
    pin_of_torch,
)

PYTHON = "cp{}{}".format(*sys.version_info[:2])
KNOWN = f"""\
aa11  torch-2.13.0+cpu-{PYTHON}-{PYTHON}-manylinux_2_28_x86_64.whl
bb22  torch-2.13.0+cpu-cp27-cp27-manylinux_2_28_x86_64.whl
cc33  torch-2.13.0+cu130-{PYTHON}-{PYTHON}-win_amd64.whl
dd44  torch-2.13.0+cu126-{PYTHON}-{PYTHON}-win_amd64.whl
ee55  torch-2.13.0+rocm7.2-{PYTHON}-{PYTHON}-manylinux_2_28_x86_64.whl
"""
CUDA_INDEX = f"{INDEX}cu130"
RTX = Card(Maker.NVIDIA, "RTX 4090", (8, 9), 580)
GTX = Card(Maker.NVIDIA, "GTX 1080", (6, 1), 580)
KEPLER = Card(Maker.NVIDIA, "Tesla K80", (3, 7), 470)
RADEON, ARC = Card(Maker.AMD, "RX 7900"), Card(Maker.INTEL, "Arc A770")


def choose() -> torch_build.TorchBuild | None:
    return torch_build.choose("2.13.0", KNOWN)


class FakeIndex(BaseHTTPRequestHandler):
    """An index that has torch 2.13.0 for the processor."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(
            b'<a href="/whl/cpu/torch-2.13.0%2Bcpu-cp311-linux.whl#sha256=aa11">torch</a>'
        )

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

    def describe(
        system: str, *, card: Card | bool, answering: tuple[str, ...] = (), says: str | None = None
    ) -> None:
        cards = [RTX] if card is True else [card] if card else []
        monkeypatch.delenv(torch_build.CHOICE, raising=False)
        monkeypatch.setattr(sys, "platform", system)
        monkeypatch.setattr(platform, "machine", lambda: "AMD64" if system == "win32" else "x86_64")
        monkeypatch.setattr(torch_build, "find_cards", lambda: cards)
        if says is not None:
            terminal = io.StringIO(says)
            terminal.isatty = lambda: True
            monkeypatch.setattr(sys, "stdin", terminal)
        monkeypatch.setattr(
            torch_build, "offers", lambda index, hashes: index in answering and hashes != []
        )

    return describe


def test_an_index_is_asked_for_a_wheel_with_a_known_hash(index: str) -> None:
    assert offers(index, ["aa11"], timeout_s=10)
    assert not offers(index, ["cc33"], timeout_s=10)
    assert not offers(index, [], timeout_s=10)


def test_hashes_are_those_of_version_build_and_system(machine) -> None:
    machine("linux", card=False)
    assert known_hashes(KNOWN, "2.13.0", "cpu") == ["aa11"]
    assert known_hashes(KNOWN, "2.13.0", "cu130") == []
    assert known_hashes(KNOWN, "2.14.0", "cpu") == []
    machine("win32", card=False)
    assert known_hashes(KNOWN, "2.13.0", "cu130") == ["cc33"]


def test_nobody_waits_for_an_index_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not offers("http://127.0.0.1:9/whl/cpu", ["aa11"], timeout_s=10)
    never = threading.Event()
    monkeypatch.setattr(torch_build, "_read", lambda index, timeout_s: str(never.wait(20)))

    assert not offers(CPU_INDEX, ["aa11"], timeout_s=0.01)
    never.set()


def test_an_offline_pip_queries_no_index(index: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")

    assert not offers(index, ["aa11"], timeout_s=10)


def test_without_torch_there_is_nothing_to_choose() -> None:
    assert pin_of_torch(["pytest==9.2.0"]) is None
    assert pin_of_torch(["pytest==9.2.0", "torch==2.13.0"]) == "torch==2.13.0"


def test_linux_without_a_card_gets_the_small_build(machine) -> None:
    machine("linux", card=False, answering=(CPU_INDEX,))

    build = choose()

    assert build.pip_arguments == ["--extra-index-url", CPU_INDEX]
    assert build.download_mb < 1000


def test_linux_takes_what_pip_finds_where_it_does_not(machine) -> None:
    machine("linux", card=False)

    assert choose() is None
    assert build_of("2.13.0") is NVIDIA_ON_LINUX
    assert build_of("2.13.0+cpu") is CPU_ON_LINUX


def test_linux_with_a_card_takes_what_pip_finds(machine) -> None:
    machine("linux", card=True, answering=(CPU_INDEX,))

    assert choose() is None


@pytest.mark.parametrize(("answer", "index"), [("y\n", CUDA_INDEX), ("\n", ""), ("no\n", "")])
def test_windows_with_a_card_is_asked(machine, capsys, answer, index) -> None:
    machine("win32", card=True, answering=(CUDA_INDEX,), says=answer)

    assert choose().index_url == index
    assert "about 2 GB instead of 120 MB" in capsys.readouterr().err


def test_windows_without_card_or_terminal_gets_the_small_build(machine, monkeypatch) -> None:
    for card, stdin in ((False, io.StringIO("y\n")), (True, io.StringIO("y\n")), (True, None)):
        machine("win32", card=card, answering=(CUDA_INDEX,))
        monkeypatch.setattr(sys, "stdin", stdin)

        assert choose().pip_arguments == []


def test_those_who_know_better_choose_themselves(machine, monkeypatch) -> None:
    machine("linux", card=True, answering=(CPU_INDEX,))
    monkeypatch.setenv(torch_build.CHOICE, "cpu")
    assert choose().index_url == CPU_INDEX
    machine("win32", card=False, answering=(CUDA_INDEX,))
    monkeypatch.setenv(torch_build.CHOICE, "cuda")
    assert choose().index_url == CUDA_INDEX


def test_macs_take_pypis_only_build(machine) -> None:
    machine("darwin", card=False, answering=(CPU_INDEX,))

    assert choose().pip_arguments == []


@pytest.mark.parametrize(
    ("system", "card", "suffix"), [("win32", GTX, "cu126"), ("linux", RADEON, "rocm7.2")]
)
def test_each_card_is_offered_its_build(
    machine, capsys, system: str, card: Card, suffix: str
) -> None:
    answering = (CPU_INDEX, f"{INDEX}{suffix}")
    machine(system, card=card, answering=answering, says="y\n")
    assert choose() is FROM_PYTORCH[suffix]
    usual_mb = 120 if system == "win32" else 190
    assert f"GB instead of {usual_mb} MB?" in capsys.readouterr().err
    assert choose() is not FROM_PYTORCH[suffix]  # the answer was read: no more consent


@pytest.mark.parametrize("card", [ARC, GTX])
def test_no_build_is_taken_whose_hashes_are_unknown(machine, card: Card) -> None:
    machine("linux", card=card, answering=(CPU_INDEX, f"{INDEX}{card.suffix}"), says="y\n")
    assert choose() is torch_build.CPU_FROM_PYTORCH


def test_advice_says_how_to_get_the_build_of_a_card(machine) -> None:
    machine("linux", card=False)
    [sentence] = advice([GTX], "2.13.0", "cpu", "/venv/python")
    assert sentence.startswith("GTX 1080 needs another build of torch, 2.13.0+cu126.")
    assert sentence.endswith(
        f"/venv/python -m pip install torch==2.13.0+cu126 --index-url {INDEX}cu126"
    )
    [sentence] = advice([ARC], "2.13.0", "cpu", "")
    assert "pip" not in sentence
    assert advice([RTX, ARC], "2.13.0", "cu130", "python") == []
    assert advice([], "2.13.0", "cpu", "python") == []


def test_a_card_without_any_build_is_said_to_have_none(machine) -> None:
    machine("win32", card=False)
    assert advice([KEPLER, RADEON], "2.13.0", "cpu", "python") == [
        "Tesla K80, or its driver (470), is too old for torch 2.13.0.",
        "torch has no build for RX 7900 on this system.",
    ]


def test_every_build_says_its_suffix() -> None:
    assert {name: build.suffix for name, build in FROM_PYTORCH.items()} == {
        name: name for name in FROM_PYTORCH
    }
    assert NVIDIA_ON_LINUX.suffix == "cu130"
    assert {build.suffix for build in (CPU_ON_LINUX, torch_build.CPU_FROM_PYTORCH)} == {"cpu"}


@pytest.mark.parametrize("card", [GTX, RADEON, ARC])
def test_the_set_up_says_which_build_a_card_needs(
    machine, card: Card, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    machine("linux", card=card, answering=(CPU_INDEX,))
    monkeypatch.setattr(set_up, "find_cards", lambda: [card])
    monkeypatch.setattr(set_up, "require_supported_platform", lambda: None)
    monkeypatch.setattr(Environment, "is_sound", lambda environment: True)
    monkeypatch.setattr(installer, "install", lambda *arguments: None)
    (tmp_path / TORCH_BUILDS).write_text(KNOWN)
    set_up.set_up(Environment(tmp_path), Requirements(("torch==2.13.0",), tmp_path, ()))
    said = " ".join(capsys.readouterr().err.split())
    assert f"{card.name} needs another build of torch, 2.13.0+{card.suffix}." in said
    assert f"--index-url {INDEX}{card.suffix}" in said
