"""A recording model over a recorder without a device."""

from collections.abc import Iterator

import pytest

from app.view_models.recording.recording_model import RecordingModel
from app.view_models.settings_store import SettingsStore
from app.view_models.transport.transport import TransportModel
from tests.app.fake_playback import FakePlayback
from tests.app.fake_recorder import FakeRecorder


@pytest.fixture
def transport(qapp, playback: FakePlayback) -> TransportModel:
    transport = TransportModel(playback)
    transport.begin(10.0, 16_000)
    transport.note_available(10.0)
    return transport


@pytest.fixture
def model(
    recorder: FakeRecorder, memory: SettingsStore, transport: TransportModel
) -> Iterator[RecordingModel]:
    model = RecordingModel(recorder, memory, transport)
    yield model
    model.close()
