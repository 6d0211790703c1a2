"""Inputs of machines with other devices than this one, and what they refuse."""

import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest

from app.recording.sound_input import InputError, SoundDeviceInput
from app.view_models.recording.recorder import InputProblem, InputTrouble

WRONG_CHANNELS = -9998


class PortAudioError(Exception):
    """Stands for sounddevice's."""


class StandIn(ModuleType):
    """Stands for sounddevice.

    Attributes:
        names: The devices; the first is the system's own choice.
        refusal: What opening one ends in, where it is not None.
        only_channels: The one count that an input gives; None = any.
    """

    PortAudioError = PortAudioError

    def __init__(self, *names: str, most_channels: int = 2) -> None:
        super().__init__("sounddevice")
        self.names = names
        self.most_channels = most_channels
        self.refusal: Exception | None = None
        self.only_channels: int | None = None
        self._initialized = 1

    def query_devices(self, name: str | None = None, kind: str | None = None) -> Any:
        devices = [
            {
                "name": each,
                "index": index,
                "hostapi": 0,
                "max_input_channels": 0 if each == "speaker" else self.most_channels,
                "default_samplerate": 44100.0,
                "default_high_input_latency": 0.03,
            }
            for index, each in enumerate(self.names)
        ]
        if kind is None:
            return devices
        chosen = [
            device
            for device in devices
            if device["max_input_channels"] and name in (None, device["name"] + ", ALSA")
        ]
        if not chosen:
            raise PortAudioError("Error querying device -1")
        return chosen[0]

    def query_hostapis(self, index: int) -> dict[str, str]:
        return {"name": ["ALSA"][index]}

    def InputStream(self, **options: Any) -> SimpleNamespace:
        if self.refusal is not None:
            raise self.refusal
        if self.only_channels not in (None, options["channels"]):
            raise PortAudioError("Invalid number of channels", WRONG_CHANNELS)
        return SimpleNamespace(**options, close=lambda **_: None, start=lambda: None)


def use(monkeypatch: pytest.MonkeyPatch, stand_in: StandIn) -> SoundDeviceInput:
    monkeypatch.setitem(sys.modules, "sounddevice", stand_in)
    return SoundDeviceInput()


def ignore(block: np.ndarray, has_gap: bool) -> None:
    assert len(block) >= has_gap


def trouble(sound_input: SoundDeviceInput, device: str = "") -> InputTrouble:
    with pytest.raises(InputError) as error:
        sound_input.open(device, 1, ignore)
    assert not sound_input.is_open
    return error.value.trouble


def test_an_input_is_opened_at_its_own_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    sound_input = use(monkeypatch, StandIn("speaker", "microphone", "line"))
    sound_input.open("line, ALSA", 2, ignore)
    assert (sound_input.sample_rate, sound_input.channels, sound_input.device) == (44100, 2, "line")
    assert sound_input.device_names == ("microphone, ALSA", "line, ALSA")
    assert (sound_input._stream.device, sound_input._stream.latency) == (2, 0.1)


def test_the_systems_choice_stands_in_for_an_input_that_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound_input = use(monkeypatch, StandIn("microphone"))
    sound_input.open("line, ALSA", 1, ignore)
    assert sound_input.device == "microphone"


def test_an_input_with_one_channel_is_mono(monkeypatch: pytest.MonkeyPatch) -> None:
    sound_input = use(monkeypatch, StandIn("microphone", most_channels=1))
    sound_input.open("", 2, ignore)
    assert sound_input.channels == 1


@pytest.mark.parametrize("only_channels", [2, 8])
def test_the_first_channels_are_taken_where_there_are_no_fewer(
    monkeypatch: pytest.MonkeyPatch, only_channels: int
) -> None:
    stand_in, blocks = StandIn("interface", most_channels=8), list[np.ndarray]()
    stand_in.only_channels = only_channels
    sound_input = use(monkeypatch, stand_in)
    sound_input.open("", 1, lambda block, has_gap: blocks.append(block.copy()))
    given = np.arange(only_channels * 3, dtype=np.float32).reshape(3, only_channels)
    sound_input._stream.callback(given, 3, None, SimpleNamespace(input_overflow=False))
    np.testing.assert_array_equal(blocks[0], given[:, :1])


def test_without_an_input_the_problem_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    assert trouble(use(monkeypatch, StandIn("speaker"))).problem is InputProblem.NO_DEVICE


def test_an_input_that_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = StandIn("microphone")
    stand_in.refusal = PortAudioError("Unanticipated host error", -9999)
    found = trouble(use(monkeypatch, stand_in))
    assert (found.problem, found.device) == (InputProblem.REFUSED, "microphone")
    assert "Unanticipated host error" in found.detail


def test_without_portaudio_the_problem_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "sounddevice.py").write_text("raise OSError('PortAudio library not found')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sounddevice", raising=False)
    assert trouble(SoundDeviceInput()).problem is InputProblem.NO_LIBRARY
