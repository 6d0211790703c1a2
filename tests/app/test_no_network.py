"""Start, generation, export and quit reach for no network: no IPv4 socket, no name looked up."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from trial.no_internet import can_refuse_internet, refuse_internet

from tests.tiny_model import build_tiny_model

ROOT = Path(__file__).resolve().parents[2]
ATTEMPTED = 77
# Python's own hook names who asked, and holds where the kernel's filter does not exist.
RUN = f"""
import os, socket, sys, traceback
from pathlib import Path

def refuse(event, arguments):
    reaches_out = event == "socket.connect" and isinstance(arguments[1], tuple)
    if reaches_out or event == "socket.getaddrinfo":
        traceback.print_stack()
        os._exit({ATTEMPTED})

sys.addaudithook(refuse)
from core.models import loader
loader.BUNDLED_FOLDER = Path(sys.argv[1])
from app.cli.main import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("model"))


def run(model: Path, *arguments: str, code: str = RUN) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", code, str(model), *arguments],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        preexec_fn=refuse_internet if can_refuse_internet() else None,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_studio_works_without_a_network(model: Path, tmp_path: Path) -> None:
    done = run(model, "self-test", str(tmp_path))

    assert done.returncode == 0, done.stderr
    assert done.stdout.split("\n")[-2] == "closed"
    assert (tmp_path / "sound.wav").stat().st_size > 2 * 32_000


def test_sound_without_a_window_is_made_without_it(model: Path, tmp_path: Path) -> None:
    output = tmp_path / "organ.wav"
    done = run(model, "generate", "organ", "--seconds", "1", "--steps", "2", "-o", str(output))

    assert done.returncode == 0, done.stderr
    assert output.exists()


def test_asking_for_a_model_of_the_hub_is_noticed(model: Path, tmp_path: Path) -> None:
    words = ("generate", "organ", "--model", "nobody/nothing", "-o", str(tmp_path / "organ.wav"))

    assert run(model, *words).returncode == ATTEMPTED
