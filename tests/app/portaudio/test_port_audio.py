"""One PortAudio for two users."""

import sys
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from app.portaudio.port_audio import PortAudio, SearchError


class PortAudioError(Exception):
    """Stands for sounddevice's."""


class StandIn(ModuleType):
    """Stands for sounddevice, and counts how often PortAudio was started and ended."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        super().__init__("sounddevice")
        self._initialized = 1
        self.starts = 1
        self.refusal: Exception | None = None

    def _terminate(self) -> None:
        self._initialized -= 1

    def _initialize(self) -> None:
        if self.refusal is not None:
            raise self.refusal
        self._initialized += 1
        self.starts += 1

    def _exit_handler(self) -> None:
        raise AssertionError("nothing is left to end")


def make_stream(sounddevice: ModuleType) -> Any:
    return SimpleNamespace(close=lambda ignore_errors: None)


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> StandIn:
    library = StandIn()
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    return library


@pytest.fixture
def port_audio() -> Iterator[PortAudio]:
    port_audio = PortAudio()
    yield port_audio
    for user in ("playback", "recording"):
        port_audio.end(user)


def test_a_search_starts_portaudio_again(library: StandIn, port_audio: PortAudio) -> None:
    port_audio.search("playback")
    assert (library.starts, library._initialized) == (2, 1)


def test_a_search_takes_no_stream_from_another_user(
    library: StandIn, port_audio: PortAudio
) -> None:
    stream = port_audio.open("recording", make_stream)
    port_audio.search("playback")
    assert library.starts == 1
    port_audio.close("recording", stream)
    port_audio.search("playback")
    assert library.starts == 2


def test_portaudio_ends_with_its_last_user(library: StandIn, port_audio: PortAudio) -> None:
    for user in ("playback", "recording"):
        port_audio.call(user, lambda _: None)
    port_audio.end("playback")
    assert library._initialized == 1
    port_audio.end("recording")
    assert library._initialized == 0


def test_a_search_may_fail(library: StandIn, port_audio: PortAudio) -> None:
    library.refusal = PortAudioError("no host")
    with pytest.raises(SearchError):
        port_audio.search("playback")
