"""A tone is recorded in the window from a real input: PulseAudio's monitor of a null sink."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.app.playback.pulse import PulseDaemon, running_daemon
from tests.app.recording.record_in_window import RECORDED_S

REPOSITORY = Path(__file__).parents[3]
RATE, FREQUENCY_HZ, AMPLITUDE = 48000, 1000.0, 0.5
TONE_S = 120


@pytest.fixture
def daemon() -> Iterator[PulseDaemon]:
    yield from running_daemon(RATE)


@pytest.fixture
def tone(daemon: PulseDaemon, tmp_path: Path) -> Iterator[None]:
    """What another program plays meanwhile."""
    time_s = np.arange(TONE_S * RATE) / RATE
    path = tmp_path / "tone.wav"
    soundfile.write(path, AMPLITUDE * np.sin(2 * np.pi * FREQUENCY_HZ * time_s), RATE, "FLOAT")
    player = subprocess.Popen(["paplay", str(path)], env=daemon.environment)
    yield
    player.kill()
    player.wait()


class Recording:
    """A process of `record_in_window`."""

    def __init__(self, daemon: PulseDaemon, library: Path, scenario: str) -> None:
        program = "tests.app.recording.record_in_window"
        self.process = subprocess.Popen(
            [sys.executable, "-m", program, str(library), scenario],
            cwd=REPOSITORY,
            env={**daemon.environment, "QT_QPA_PLATFORM": "offscreen"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait_for(self, step: str) -> dict[str, Any]:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            report: dict[str, Any] = json.loads(line)
            if report["step"] == step:
                return report
        raise AssertionError(f"the process has ended before it was {step}")

    def end(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


def start(daemon: PulseDaemon, library: Path, scenario: str) -> Recording:
    library.mkdir(exist_ok=True)
    (library / "recordings").mkdir(exist_ok=True)
    return Recording(daemon, library, scenario)


def recorded_samples(library: Path) -> tuple[np.ndarray, int]:
    """The one take of the library."""
    (path,) = (library / "takes").glob("*/audio.*")
    return soundfile.read(path)


def check_tone(samples: np.ndarray, rate: int) -> None:
    """Every tenth of a second is the tone, at its level and without a gap."""
    length = rate // 10
    windows = samples[length : len(samples) // length * length - length].reshape(-1, length)
    spectrum = np.abs(np.fft.rfft(windows * np.hanning(length), axis=1))
    found_hz = spectrum.argmax(axis=1) * rate / length
    np.testing.assert_allclose(found_hz, FREQUENCY_HZ, atol=10)
    np.testing.assert_allclose(np.abs(windows).max(axis=1), AMPLITUDE, rtol=0.02)
    steepest = AMPLITUDE * 2 * np.pi * FREQUENCY_HZ / rate
    assert np.abs(np.diff(samples[length:-length])).max() < 1.05 * steepest


@pytest.mark.usefixtures("tone")
def test_a_tone_is_recorded_at_its_pitch_and_level(daemon: PulseDaemon, library: Path) -> None:
    recording = start(daemon, library, "stop")
    level = recording.wait_for("listening")["level"]
    assert float(level.split()[1].replace("−", "-")) == pytest.approx(
        -6.0, abs=1
    )  # the first block overshoots
    report = recording.wait_for("done")
    recording.end()
    samples, rate = recorded_samples(library)
    assert (report["channels"], report["sample_rate"]) == (1, rate)
    assert report["said"].startswith("Recording 20")
    assert report["duration_s"] > RECORDED_S
    check_tone(samples, rate)


@pytest.mark.usefixtures("tone")
def test_an_input_that_is_taken_away_leaves_what_was_recorded(
    daemon: PulseDaemon, library: Path
) -> None:
    recording = start(daemon, library, "lose")
    recording.wait_for("recording")
    subprocess.run(
        ["pactl", "unload-module", "module-null-sink"], env=daemon.environment, check=True
    )
    report = recording.wait_for("done")
    recording.end()
    assert "gives no sound any more" in report["said"]
    assert "What was recorded until then" in report["said"]
    assert report["dialog"]
    samples, rate = recorded_samples(library)
    assert len(samples) / rate >= RECORDED_S
    check_tone(samples, rate)


@pytest.mark.usefixtures("tone")
def test_a_killed_process_leaves_what_was_recorded_to_the_next_start(
    daemon: PulseDaemon, library: Path
) -> None:
    recording = start(daemon, library, "lose")
    recording.wait_for("recording")
    recording.process.kill()
    recording.process.communicate()
    (left,) = (library / "recordings").glob("*.wav")
    again = start(daemon, library, "find")
    report = again.wait_for("done")
    again.end()
    assert report["said"].startswith(f"{left.stem} was not finished")
    samples, rate = recorded_samples(library)
    assert len(samples) / rate >= RECORDED_S
    check_tone(samples, rate)
