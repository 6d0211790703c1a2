import numpy as np

from app.view_models.transport.buffer_health import ENOUGH_S, BufferHealth
from core.api.events import AudioChunk
from tests.app.fake_playback import FakePlayback


def chunk(start_s, length_s):
    return AudioChunk(round(start_s * 16000), np.zeros(round(length_s * 16000), np.float32))


def test_the_buffer_is_what_is_made_and_not_heard():
    playback = FakePlayback()
    health = BufferHealth(playback)
    health.note(chunk(0, 5))
    health.note(chunk(5, 5))
    playback.position_s = 4.0
    assert health.ahead_s == 6.0
    health.begin()
    assert health.ahead_s == 0.0


def test_enough_is_enough_until_more_is_heard():
    playback = FakePlayback()
    health = BufferHealth(playback)
    assert health.wants_more()
    health.note(chunk(0, ENOUGH_S + 1))
    assert not health.wants_more()
    playback.position_s = 2.0
    assert health.wants_more()


def test_a_machine_is_slow_once_the_ear_had_to_wait():
    playback = FakePlayback()
    health = BufferHealth(playback)
    playback.is_buffering = playback.is_playing = True
    assert not health.look()  # the first sound is still to come
    health.note(chunk(0, 5))
    assert health.look()
    playback.is_buffering = False
    assert health.look()
    health.begin()
    assert not health.look()
