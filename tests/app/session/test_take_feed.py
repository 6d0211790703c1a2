"""A take handed to the player piece by piece."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication

from app.session import replay
from app.session.replay import TakeFeed, heard_channels
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


@pytest.mark.parametrize("channels", [2, 3])
def test_stereo_is_played_as_it_is_and_more_as_their_average(qtbot, transport, playback, channels):
    noise = np.random.default_rng(0).standard_normal((2 * RATE, channels)).astype(np.float32)
    fed, feed = replace(take(1), waveform=noise), TakeFeed(playback, transport)
    transport.begin(2.0, RATE, channels=heard_channels(fed))
    feed.start(fed)
    qtbot.waitUntil(lambda: playback.is_finished)
    expected = noise if channels == 2 else noise.mean(axis=1)
    np.testing.assert_array_equal(playback.samples, expected)
