"""`main.py generate`, stopped, killed or failed in the middle: nothing is lost."""

import errno
import json
import os
import re
import shlex
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.cli.main import main
from app.paths import unfinished_folder
from core.diffusion.run_checkpoint import RunCheckpoint
from tests.app.generate_args import generate_args
from tests.app.warm_program import CLOSED, ColdProgram, WarmProgram
from tests.tiny_model import build_tiny_model

ROOT = Path(__file__).parents[3]
FULL = Path("/dev/full")
Program = WarmProgram | ColdProgram


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_tiny_model(tmp_path_factory.mktemp("model"))


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize("sent_signal", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_no_file_and_says_so(
    model: Path, tmp_path: Path, program: Program, sent_signal: signal.Signals
) -> None:
    process = program.start(generate_args(model, tmp_path / "rain.wav", "--steps", "900", "--json"))
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "DenoisingStep":
            process.send_signal(sent_signal)
            break
    _, errors = process.communicate(timeout=60)

    assert process.returncode == 130
    assert errors.strip() == "Cancelled; nothing was written."
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no broken pipes of this kind")
def test_a_reader_that_goes_away_does_not_cost_the_sound(
    model: Path, tmp_path: Path, program: Program
) -> None:
    process = program.start(generate_args(model, tmp_path / "rain.wav", "--json"))
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    _, errors = process.communicate(timeout=60)

    assert (process.returncode, errors) == (0, "")
    assert (tmp_path / "rain.wav").is_file()


def has_written_the_sound(output: Path) -> bool:
    samples, _ = soundfile.read(output)
    return samples.shape == (8000,)


@pytest.mark.skipif(os.name != "posix", reason="the shell's ways to close a stream")
def test_progress_may_fail_from_the_start_and_the_sound_not(model: Path, tmp_path: Path) -> None:
    output = tmp_path / "rain.wav"
    args = shlex.join([sys.executable, "-m", "app.cli.main", *generate_args(model, output)])
    result = subprocess.run(
        ["bash", "-c", f"{args} >&- 2>&-"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (result.returncode, result.stderr) == (0, "")
    assert has_written_the_sound(output)


@pytest.mark.skipif(os.name != "posix", reason="the shell's ways to close a stream")
@pytest.mark.parametrize(
    ("options", "streams"),
    [
        ([], {"stderr": CLOSED}),
        ([], {"stderr": FULL}),
        (["--json"], {"stdout": FULL}),
        (["--json"], {"stdout": CLOSED}),
    ],
)
def test_progress_may_fail_and_the_sound_not(
    model: Path,
    tmp_path: Path,
    program: Program,
    options: list[str],
    streams: dict[str, Path | int],
) -> None:
    output = tmp_path / "rain.wav"
    with FULL.open("w") as full:
        ends = {name: full.fileno() if end == FULL else end for name, end in streams.items()}
        run = program.start(generate_args(model, output, *options), **ends)
    said = run.communicate(timeout=60)

    assert (run.returncode, said[1]) == (0, "")
    assert has_written_the_sound(output)


@pytest.mark.skipif(os.name != "posix", reason="the shell's ways to close a stream")
def test_a_reader_that_fails_does_not_cost_the_sound(
    model: Path, tmp_path: Path, program: Program
) -> None:
    output = tmp_path / "rain.wav"
    command = ["bash", "-c", "head -1 >&-"]  # it fails, as its own output is closed
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as head:
        assert head.stdin is not None
        pipe = head.stdin.fileno()
        program.start(generate_args(model, output), stdout=pipe, stderr=pipe).wait(timeout=60)

    assert has_written_the_sound(output)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows closes no terminal by a signal")
def test_a_closed_terminal_finishes_an_endless_sound(
    model: Path, tmp_path: Path, program: Program
) -> None:
    process = program.start(generate_args(model, tmp_path / "rain.wav", "--json", "--endless"))
    assert process.stdout is not None
    next(line for line in process.stdout if "AudioChunk" in line)
    for _ in range(2):  # the system sends it, and the shell too
        process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["rain.wav"]
    assert soundfile.info(tmp_path / "rain.wav").frames > 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows closes no terminal by a signal")
def test_under_nohup_a_closed_terminal_changes_nothing(model: Path, tmp_path: Path) -> None:
    args = generate_args(model, tmp_path / "rain.wav", "--json", "--steps", "60")
    process = subprocess.Popen(
        ["nohup", sys.executable, "-m", "app.cli.main", *args],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    next(line for line in process.stdout if "DenoisingStep" in line)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert (tmp_path / "rain.wav").is_file()


def _wait_for_torch(process: "subprocess.Popen[str]") -> None:
    """Wait until a starting process imports torch, or for as long as that may take."""
    maps = Path(f"/proc/{process.pid}/maps")
    deadline_s = time.monotonic() + (30 if maps.exists() else 2)
    while time.monotonic() < deadline_s:
        if maps.exists() and "libtorch" in maps.read_text():
            return
        time.sleep(0.02)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends no SIGINT to one process")
@pytest.mark.parametrize("delay_s", [0.0, 1.5])
def test_ctrl_c_during_the_start_is_quiet_and_quick(
    model: Path, tmp_path: Path, delay_s: float
) -> None:
    args = generate_args(model, tmp_path / "a.wav", "--steps", "900")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", *args], cwd=ROOT, stderr=subprocess.PIPE, text=True
    )
    _wait_for_torch(process)
    threading.Event().wait(delay_s)
    process.send_signal(signal.SIGINT)
    start_s = time.perf_counter()
    _, errors = process.communicate(timeout=60)

    # Where Ctrl+C meets text that a library executes, Python ends by the signal; shells say 130.
    assert process.returncode in (130, -signal.SIGINT)
    assert "Traceback" not in errors
    assert time.perf_counter() - start_s < 10  # 2 s, and other programs on this machine
    assert not list(tmp_path.iterdir())


def test_a_killed_process_leaves_the_older_file_as_it_was(
    model: Path, tmp_path: Path, program: Program
) -> None:
    output = tmp_path / "rain.wav"
    output.write_bytes(b"older")
    process = program.start(generate_args(model, output, "--steps", "900", "--json"))
    assert process.stdout is not None
    next(line for line in process.stdout if "DenoisingStep" in line)
    process.kill()
    process.communicate(timeout=60)

    assert output.read_bytes() == b"older"


def test_a_killed_run_resumes_to_the_same_sound(
    model: Path, tmp_path: Path, program: Program
) -> None:
    args = generate_args(model, tmp_path / "rain.wav", "--seconds", "2", "--steps", "60")
    kept = unfinished_folder()
    process = program.start(args, keeps_every_step=True)
    while not list(kept.glob("*/steps-*")):
        assert process.poll() is None
        threading.Event().wait(0.05)
    process.kill()
    process.communicate(timeout=60)
    assert not (tmp_path / "rain.wav").exists()

    again = program.start(args)
    _, errors = again.communicate(timeout=120)

    assert again.returncode == 0
    assert re.search(r"Goes on after step [1-9]\d* of 60", errors)
    assert not list(kept.iterdir())
    args = generate_args(model, tmp_path / "whole.wav", "--seconds", "2", "--steps", "60")
    whole = program.start(args)  # in a process alike: the number of threads is part of a result
    whole.communicate(timeout=120)
    assert whole.returncode == 0
    sounds = [soundfile.read(tmp_path / name)[0] for name in ("rain.wav", "whole.wav")]
    assert np.array_equal(*sounds)


def test_a_long_run_with_a_lost_file_is_only_decoded_again(
    model: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(part: Path, path: Path) -> None:
        raise OSError(errno.EIO, "the disk fails")

    monkeypatch.setattr("core.engine.LONG_S", 0.4)
    monkeypatch.setattr(RunCheckpoint.__init__, "__defaults__", (0.0,))  # all is kept
    args = generate_args(model, tmp_path / "rain.wav")
    with monkeypatch.context() as patch:
        patch.setattr("core.sound_files.encoding.audio_writer.put_in_place", fail)
        assert main(args) == 1
    errors = capsys.readouterr().err
    assert "could not be written" in errors
    assert "0.5 s of sound: about" in errors
    assert "--seed 1 goes on from there" in errors

    assert main(args) == 0
    assert "Goes on with decoding" in capsys.readouterr().err
    assert not list(unfinished_folder().iterdir())
