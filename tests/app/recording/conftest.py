"""A recorder over an input without a clock."""

from collections.abc import Iterator

import pytest

from app.recording.device_recorder import DeviceRecorder
from tests.app.recording.fake_input import FakeInput


@pytest.fixture
def sound_input() -> FakeInput:
    return FakeInput()


@pytest.fixture
def recorder(sound_input: FakeInput) -> Iterator[DeviceRecorder]:
    recorder = DeviceRecorder(sound_input)
    yield recorder
    recorder.close()
    for finished in recorder.take_finished():
        finished.kept.remove()
