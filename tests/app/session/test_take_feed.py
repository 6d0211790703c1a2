"""A take handed to the player piece by piece."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from app.session import replay
from app.session.replay import TakeFeed
from app.view_models.transport.transport import TransportModel
from core.api.request import GenerationRequest
from core.api.take import Take

RATE = 16_000


def take(num_samples: int) -> Take:
    waveform = np.linspace(-1, 1, num_samples, dtype=np.float32)
    return Take(
        request=GenerationRequest(),
        sample_rate=RATE,
        waveform=waveform,
        mel=np.zeros((1, 64), np.float32),
    )


@pytest.fixture
def transport(qapp, playback, monkeypatch):
    monkeypatch.setattr(replay, "SAMPLES_AT_ONCE", RATE)
    transport = TransportModel(playback)
    transport.set_plays_on_arrival(False)
    return transport


@pytest.mark.parametrize("num_samples", [1, RATE, 3 * RATE, 3 * RATE + 1])
def test_every_sample_arrives_once_and_in_its_place(qtbot, transport, playback, num_samples):
    fed, feed = take(num_samples), TakeFeed(playback, transport)
    transport.begin(num_samples / RATE, RATE)
    feed.start(fed)
    assert transport.available_s == min(num_samples, RATE) / RATE
    qtbot.waitUntil(lambda: playback.is_finished)
    np.testing.assert_array_equal(playback.samples, fed.waveform)


def test_nothing_more_arrives_once_something_else_is_played(transport, playback):
    feed = TakeFeed(playback, transport)
    transport.begin(3.0, RATE)
    feed.start(take(3 * RATE))
    feed.stop()
    QCoreApplication.processEvents()
    assert transport.available_s == 1.0
    assert np.isnan(playback.samples[RATE:]).all()
    assert not playback.is_finished
