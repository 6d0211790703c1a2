"""A sound server that crashes or freezes while it plays, and comes back: PulseAudio's null sink."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.app.playback.pulse import PulseDaemon, running_daemon

REPOSITORY = Path(__file__).parents[3]


class Playing:
    """A process of `play_on` that plays into a daemon."""

    def __init__(self, daemon: PulseDaemon) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.app.playback.play_on"],
            cwd=REPOSITORY,
            env=daemon.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def wait_for(self, *, moves: bool) -> dict[str, Any]:
        """The first state in which it plays, or stands still with a sentence."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            state: dict[str, Any] = json.loads(line)
            if state["moves"] == moves and state["is_playing"] == moves:
                return state
        raise AssertionError("the process has ended")

    def end(self) -> list[str]:
        """Close the player and wait for the process; the threads that were left."""
        last = self.process.communicate(timeout=60)[0].splitlines()[-1]
        assert self.process.returncode == 0
        threads: list[str] = json.loads(last)["threads"]
        return threads


@pytest.fixture
def daemon() -> Iterator[PulseDaemon]:
    yield from running_daemon(48000)


@pytest.fixture
def playing(daemon: PulseDaemon) -> Iterator[Playing]:
    playing = Playing(daemon)
    yield playing
    playing.process.kill()
    playing.process.communicate()


def test_playback_goes_on_after_the_sound_server_crashed(
    daemon: PulseDaemon, playing: Playing
) -> None:
    playing.wait_for(moves=True)
    daemon.kill()
    assert playing.wait_for(moves=False)["silent_reason"]
    daemon.start()
    assert playing.wait_for(moves=True)["silent_reason"] == ""
    assert "sound" not in playing.end()


def test_playback_goes_on_after_the_sound_server_was_stuck(
    daemon: PulseDaemon, playing: Playing
) -> None:
    playing.wait_for(moves=True)
    daemon.freeze()
    try:
        assert playing.wait_for(moves=False)["silent_reason"]
    finally:
        daemon.thaw()
    assert playing.wait_for(moves=True)["silent_reason"] == ""


def test_the_process_ends_though_the_sound_server_is_stuck(
    daemon: PulseDaemon, playing: Playing
) -> None:
    playing.wait_for(moves=True)
    daemon.freeze()
    try:
        playing.wait_for(moves=False)
        assert playing.end()[0] == "MainThread"
    finally:
        daemon.thaw()


def test_the_process_ends_though_the_sound_server_crashed(
    daemon: PulseDaemon, playing: Playing
) -> None:
    playing.wait_for(moves=True)
    daemon.kill()
    playing.wait_for(moves=False)
    assert playing.end()[0] == "MainThread"
    daemon.start()
