"""The real stream into PulseAudio's null sink, and the errors of machines without sound."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import soundfile

from app.playback.sound_output import OutputError, SoundDeviceOutput
from tests.app.playback.play_tone import DURATION_S, FREQUENCY_HZ
from tests.app.playback.pulse import PulseDaemon, Recording, running_daemon

DEVICE_RATE = 48000
REPOSITORY = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def daemon() -> Iterator[PulseDaemon]:
    yield from running_daemon(DEVICE_RATE)


def play_tone(environment: dict[str, str]) -> dict[str, Any]:
    played = subprocess.run(
        [sys.executable, "-m", "tests.app.playback.play_tone"],
        cwd=REPOSITORY,
        env=environment,
        capture_output=True,
        check=True,
        timeout=120,
    )
    return json.loads(played.stdout)


def sounding_part(path: Path) -> np.ndarray:
    """What was recorded, from the first to the last moment that is not silent."""
    samples, rate = soundfile.read(path)
    assert rate == DEVICE_RATE
    loud = np.flatnonzero(np.abs(samples) > 0.01)
    return samples[loud[0] : loud[-1] + 1]


def test_a_growing_tone_is_heard_whole_and_at_its_pitch(
    daemon: PulseDaemon, tmp_path: Path
) -> None:
    with Recording(daemon, tmp_path / "heard.wav"):
        report = play_tone(daemon.environment)
    assert report["silent_reason"] == ""
    assert report["ended"]
    assert report["went_forward"]
    assert report["position_s"] == pytest.approx(DURATION_S)
    heard = sounding_part(tmp_path / "heard.wav")
    assert len(heard) / DEVICE_RATE == pytest.approx(DURATION_S, abs=0.05)
    inner = heard[DEVICE_RATE // 10 : -DEVICE_RATE // 10]
    spectrum = np.abs(np.fft.rfft(inner * np.hanning(len(inner))))
    assert spectrum.argmax() * DEVICE_RATE / len(inner) == pytest.approx(FREQUENCY_HZ, rel=0.01)
    windows = inner[: len(inner) // 480 * 480].reshape(-1, 480)  # 10 ms, more than a period
    loudness = np.abs(windows).max(axis=1)
    np.testing.assert_allclose(loudness, 0.5, atol=0.02)
    steepest = 0.5 * 2 * np.pi * FREQUENCY_HZ / DEVICE_RATE
    assert np.abs(np.diff(inner)).max() < 1.2 * steepest  # no click, no jump


class PortAudioError(Exception):
    """Stands for sounddevice's."""


class StandIn(ModuleType):
    """Stands for sounddevice on machines with other devices than this one.

    Attributes:
        names: The devices; the first is the system's own choice.
        refusal: What opening one ends in, where it is not None.
    """

    PortAudioError = PortAudioError

    def __init__(self, *names: str, refusal: Exception | None = None) -> None:
        super().__init__("sounddevice")
        self.names = names
        self.refusal = refusal
        self._initialized = 1

    def query_devices(self, name: str | None = None, kind: str | None = None) -> Any:
        devices = [
            {
                "name": each,
                "index": index,
                "hostapi": 0,
                "max_output_channels": 0 if each == "microphone" else 6,
                "default_samplerate": 44100.0,
                "default_high_output_latency": 0.03 if each == "speaker" else 0.25,
            }
            for index, each in enumerate(self.names)
        ]
        if kind is None:
            return devices
        chosen = [device for device in devices if name in (None, device["name"] + ", ALSA")]
        if not chosen:
            raise PortAudioError("Error querying device -1")
        return chosen[0]

    def query_hostapis(self, index: int) -> dict[str, str]:
        return {"name": ["ALSA"][index]}

    def OutputStream(self, **options: Any) -> SimpleNamespace:
        if self.refusal is not None:
            raise self.refusal
        return SimpleNamespace(**options, close=lambda **_: None)

    def _terminate(self) -> None:
        self._initialized -= 1

    def _initialize(self) -> None:
        self._initialized += 1


def use(monkeypatch: pytest.MonkeyPatch, stand_in: StandIn) -> SoundDeviceOutput:
    monkeypatch.setitem(sys.modules, "sounddevice", stand_in)
    return SoundDeviceOutput()


def render_nothing(block: np.ndarray, now_s: float) -> None:
    block.fill(now_s * 0)


def test_a_device_is_opened_at_its_own_rate_and_with_patience(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = use(monkeypatch, StandIn("speaker", "headphones", "microphone"))
    output.open("headphones, ALSA", render_nothing)
    assert (output.sample_rate, output.latency_s) == (44100, 0.25)
    assert output.device_names == ("speaker, ALSA", "headphones, ALSA")
    assert (output._stream.device, output._stream.channels) == (1, 2)
    output.open("speaker, ALSA", render_nothing)
    assert output.latency_s == 0.15


def test_the_systems_choice_stands_in_for_a_device_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    output = use(monkeypatch, StandIn("speaker"))
    output.open("headphones, ALSA", render_nothing)
    assert output._stream.device == 0


def test_without_a_device_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    output = use(monkeypatch, StandIn())
    with pytest.raises(OutputError, match="No sound device was found"):
        output.open("headphones, ALSA", render_nothing)
    assert not output.is_open


@pytest.mark.parametrize("refusal", [PortAudioError("busy"), ValueError("no such rate")])
def test_a_device_that_refuses_is_named(
    monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    output = use(monkeypatch, StandIn("speaker", refusal=refusal))
    with pytest.raises(OutputError, match="“speaker” cannot be opened"):
        output.open(None, render_nothing)
    assert not output.is_open


def test_rescanning_restarts_portaudio(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = StandIn()
    output = use(monkeypatch, stand_in)
    stand_in.names = ("speaker",)
    output.rescan()
    assert output.device_names == ("speaker, ALSA",)
    assert stand_in._initialized == 1


def test_without_portaudio_the_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    output = SoundDeviceOutput()
    with pytest.raises(OutputError, match="install libportaudio2"):
        output.open(None, render_nothing)
    assert not output.is_open
    assert not output.is_running
