"""`main.py generate --devices cpu,cpu`, as a person types it, and what happens when a rank dies."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from app.cli.main import main
from app.paths import unfinished_folder
from core.sound_files.audio_file import read_metadata
from tests.app.generate_args import generate_args
from tests.app.warm_program import WarmProgram, WarmRun
from tests.tiny_model import build_tiny_model

LIMIT_S = 300.0
LONG = ("--seconds", "1.2", "--steps", "40")  # three windows

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no signals between processes")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with windows of 0.64 s."""
    folder = build_tiny_model(tmp_path_factory.mktemp("model"))
    (folder / "tessera.json").write_text(json.dumps({"window_frames": 64}))
    return folder


@pytest.fixture
def one_thread() -> Iterator[None]:
    """As many threads as a rank has: their number is part of a result."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def ranks_of(process: WarmRun) -> list[int]:
    """Ids of the processes that a rank 0 has started."""
    found = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "spawn_main"],
        capture_output=True,
        text=True,
        check=False,
    )
    return [int(line) for line in found.stdout.split()]


def wait_until(condition: Callable[[], object], process: WarmRun) -> None:
    deadline_s = time.monotonic() + LIMIT_S
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline_s
        threading.Event().wait(0.05)


@pytest.mark.usefixtures("one_thread")
def test_a_killed_rank_is_named_and_the_run_goes_on_alone(
    model: Path,
    tmp_path: Path,
    program: WarmProgram,
    capsys: pytest.CaptureFixture[str],
) -> None:
    args = generate_args(model, tmp_path / "rain.wav", *LONG)
    process = program.start([*args, "--devices", "cpu,cpu"], keeps_every_step=True)
    wait_until(lambda: list(unfinished_folder().glob("*/steps-*")), process)
    [rank_1] = ranks_of(process)
    os.kill(rank_1, signal.SIGKILL)
    killed_s = time.monotonic()
    assert process.stderr is not None
    sentence = next(line for line in process.stderr if line.startswith("tessera:"))
    assert time.monotonic() - killed_s < 30  # 2 s, and other programs on this machine
    assert sentence.startswith("tessera: Rank 1 (cpu): it does not answer any more")
    assert not [line for line in process.stderr if line.startswith("tessera:")]
    assert process.wait(LIMIT_S) == 1
    assert not (tmp_path / "rain.wav").exists()

    assert main(args) == 0
    assert re.search(r"Goes on after step [1-9]\d* of 40", capsys.readouterr().err)
    assert main(generate_args(model, tmp_path / "b.wav", *LONG)) == 0
    assert (tmp_path / "b.wav").read_bytes() == (tmp_path / "rain.wav").read_bytes()


def test_a_list_outlives_its_ranks(model: Path, tmp_path: Path, program: WarmProgram) -> None:
    prompts = tmp_path / "prompts.txt"
    prompts.write_text("\n".join(f"rain {number}" for number in range(6)))
    args = generate_args(model, tmp_path / "take.wav", "--steps", "8", "--prompts", str(prompts))
    args.remove("rain")
    process = program.start([*args, "--devices", "cpu,cpu"], keeps_every_step=True)
    wait_until(lambda: len(list(tmp_path.glob("*.wav"))) >= 2, process)
    for rank in ranks_of(process):
        os.kill(rank, signal.SIGKILL)
    _, errors = process.communicate(timeout=LIMIT_S)

    names = [f"take-{number + 1:03}-rain-{number}.wav" for number in range(6)]
    assert process.returncode == 0, errors
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == names
    assert sorted(line for line in errors.splitlines() if line.endswith(".wav")) == [
        str(tmp_path / name) for name in names
    ]
    assert [read_metadata(tmp_path / name)["prompt"] for name in names] == [
        f"rain {number}" for number in range(6)
    ]
    assert not list(unfinished_folder().glob("list-*"))


@pytest.mark.parametrize(
    ("args", "sentence"),
    [
        (["--devices", "cpu,abacus"], "no device 'abacus'"),
        (["--devices", "cpu,cpu", "--device", "cpu"], "not both"),
        (["--devices", "cpu,cpu", "--seconds", "0"], "duration has to be at least"),
    ],
)
def test_what_cannot_be_done_is_refused_before_any_rank(
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    args: list[str],
    sentence: str,
) -> None:
    assert main(generate_args(model, tmp_path / "rain.wav", *args)) == 2

    [line] = capsys.readouterr().err.splitlines()
    assert sentence in line
