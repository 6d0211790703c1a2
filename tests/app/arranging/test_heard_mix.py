"""Eight layers through a real sound device: each sample of the mix is heard, and at a low cost."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.region import Span
from core.arrangement.mix import Mix
from tests.app.arranging.play_mix import sample_mix
from tests.app.playback.pulse import PulseDaemon, Recording, running_daemon

RATE = 48_000
REPOSITORY = Path(__file__).parents[3]
SHARE_OF_A_CORE = 0.3


@pytest.fixture
def daemon() -> Iterator[PulseDaemon]:
    yield from running_daemon(RATE)


def place_of(part: np.ndarray, whole: np.ndarray) -> int:
    """Where in a whole a part of it lies, nearly."""
    size = 1 << (len(part) + len(whole)).bit_length()
    product = np.fft.rfft(whole, size) * np.conj(np.fft.rfft(part, size))
    return int(np.fft.irfft(product, size).argmax())


def test_eight_layers_are_heard_without_a_gap(daemon: PulseDaemon, tmp_path: Path) -> None:
    with Recording(daemon, tmp_path / "heard.wav"):
        played = subprocess.run(
            [sys.executable, "-m", "tests.app.arranging.play_mix"],
            cwd=REPOSITORY,
            env=daemon.environment,
            capture_output=True,
            check=True,
            timeout=120,
        )
    report = json.loads(played.stdout)
    assert report["silent_reason"] == ""
    assert report["ended"]
    assert report["share_of_a_core"] < SHARE_OF_A_CORE
    mix = Mix(*sample_mix())
    expected = mix.read(Span(0, mix.num_samples)).mean(axis=1)
    heard, rate = soundfile.read(tmp_path / "heard.wav")
    assert rate == RATE
    start = place_of(expected, heard)
    heard = heard[start : start + len(expected)]
    inner = slice(RATE // 10, -RATE // 10)  # without what the device fades
    gap = heard[inner] - expected[inner]
    windows = gap[: len(gap) // 480 * 480].reshape(-1, 480)  # of 10 ms
    loudest = np.sqrt(np.square(windows).mean(axis=1)).max()
    assert loudest < 0.05 * np.sqrt(np.square(expected).mean())
