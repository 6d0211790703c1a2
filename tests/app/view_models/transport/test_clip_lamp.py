"""The clip lamp lights for what was heard, and only for that."""

import numpy as np
import pytest

from app.view_models.transport.clip_lamp import ClipLampModel
from app.view_models.transport.transport import TransportModel
from tests.app.fake_playback import FakePlayback

RATE, LOUD_S = 16_000, 2.0


@pytest.fixture
def transport(qapp):
    """Ten seconds with one sample at +6 dB."""
    transport = TransportModel(FakePlayback())
    begin(transport)
    return transport


@pytest.fixture
def lamp(transport):
    return ClipLampModel(transport)


def begin(transport):
    samples = np.full(10 * RATE, 0.5, np.float32)
    samples[round(LOUD_S * RATE)] = -2.0
    transport.begin(10.0, RATE, quietly=True)
    transport._playback.append(0, samples)
    transport.note_available(10.0)


def play(transport, start_s, stop_s):
    """Play a range in the steps of the poll."""
    transport.seek(start_s)
    transport.play()
    for position_s in np.arange(start_s, stop_s, 0.033):
        transport._playback.position_s = float(position_s)
        transport.poll()


def test_it_lights_when_the_loud_sample_is_heard(transport, lamp):
    play(transport, 0.0, 1.9)
    assert not lamp.is_lit
    play(transport, 1.9, 2.1)
    assert lamp.is_lit
    assert lamp.peak_db == pytest.approx(6.02, abs=0.01)


def test_what_is_jumped_over_is_not_heard(transport, lamp):
    play(transport, 0.0, 1.0)
    play(transport, 3.0, 4.0)
    assert not lamp.is_lit


def test_moving_the_play_head_is_not_heard(transport, lamp):
    play(transport, 1.0, 1.9)
    transport.pause()
    for position_s in (1.95, 2.0, 2.05):
        transport.seek(position_s)
    assert not lamp.is_lit


def test_the_last_step_counts(transport, lamp):
    play(transport, 1.9, 1.99)
    transport._playback.position_s, transport._playback.is_playing = 2.01, False
    transport.poll()
    assert lamp.is_lit


def test_what_the_volume_brings_down_does_not_exceed_full_scale(transport, lamp):
    transport.set_volume(0.5)
    play(transport, 1.9, 2.1)
    assert not lamp.is_lit


def test_it_goes_out_by_request_and_with_the_next_clip(qtbot, transport, lamp):
    play(transport, 1.9, 2.1)
    with qtbot.waitSignal(lamp.changed):
        lamp.put_out()
    assert not lamp.is_lit
    play(transport, 1.9, 2.1)
    assert lamp.is_lit
    begin(transport)
    assert not lamp.is_lit
