"""Drawing the play head by hand."""

import pytest

from app.view_models.transport.scrub import Scrub
from app.view_models.transport.transport import TransportModel


@pytest.fixture
def transport(qapp, playback):
    transport = TransportModel(playback)
    transport.begin(10.0, 16000)
    transport.set_plays_on_arrival(False)
    transport.note_available(10.0)
    return transport


@pytest.fixture
def scrub(transport, clock):
    return Scrub(transport, clock=clock)


def test_the_head_follows_the_hand_and_a_grain_is_heard_there(scrub, transport, playback):
    scrub.move_to(3.0)
    assert transport.position_s == 3.0
    assert playback.stretch_s == (3.0, pytest.approx(3.12))


def test_grains_do_not_come_faster_than_they_can_be_heard(scrub, transport, playback, clock):
    scrub.move_to(3.0)
    clock.now_s = 0.05
    scrub.move_to(4.0)
    assert transport.position_s == 4.0
    assert playback.stretch_s[0] == 3.0
    clock.now_s = 0.15
    scrub.move_to(5.0)
    assert playback.stretch_s[0] == 5.0


def test_letting_go_is_silent_where_nothing_played(scrub, transport, playback):
    scrub.move_to(3.0)
    scrub.end()
    assert not playback.is_playing
    assert playback.position_s == 3.0


def test_letting_go_plays_on_where_it_played(scrub, transport, playback):
    transport.play()
    scrub.move_to(3.0)
    playback.is_playing = False  # the grain is over
    scrub.end()
    assert playback.is_playing
    assert playback.position_s == 3.0


def test_the_hand_cannot_leave_the_clip(scrub, transport):
    scrub.move_to(99.0)
    assert transport.position_s == 10.0
