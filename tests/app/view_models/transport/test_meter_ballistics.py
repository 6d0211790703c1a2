"""The level meter rises at once, falls at its pace, holds peaks, and comes to rest."""

import math

import pytest

from app.view_models.transport.meter_ballistics import FLOOR_DB, LevelMeterModel
from app.view_models.transport.playback import LevelStep
from app.view_models.transport.transport import TransportModel
from tests.app.fake_playback import FakePlayback

STEP_S = 0.033


@pytest.fixture
def playback():
    return FakePlayback()


@pytest.fixture
def transport(qapp, playback):
    transport = TransportModel(playback)
    transport.begin(10.0, 16_000, quietly=True)
    transport.note_available(10.0)
    return transport


@pytest.fixture
def meter(playback, transport, clock):
    meter = LevelMeterModel(playback, transport, clock=clock)
    meter._timer.timeout.disconnect()  # the test looks
    return meter


def hear(meter, playback, clock, seconds, amplitude):
    """Look as often as the window does while a sine is heard."""
    for _ in range(round(seconds / STEP_S)):
        clock.now_s += STEP_S
        playback.heard.append(LevelStep(STEP_S, amplitude, amplitude**2 / 2))
        meter.look()


def rest(meter, clock, seconds):
    """Look while nothing is played."""
    for _ in range(round(seconds / STEP_S)):
        clock.now_s += STEP_S
        meter.look()


def test_a_sine_of_full_scale_has_its_peak_and_its_mean(meter, playback, transport, clock):
    transport.play()
    hear(meter, playback, clock, 0.5, 1.0)
    assert meter.peak_db == meter.held_db == pytest.approx(0.0)
    assert meter.rms_db == pytest.approx(10 * math.log10(0.5), abs=0.01)


def test_the_peak_rises_at_once_and_the_mean_in_its_time(meter, playback, transport, clock):
    transport.play()
    hear(meter, playback, clock, STEP_S, 0.5)
    assert meter.peak_db == pytest.approx(-6.02, abs=0.01)
    assert meter.rms_db < -15
    hear(meter, playback, clock, 0.3, 0.5)
    assert meter.rms_db == pytest.approx(-9.03, abs=0.1)


def test_the_peak_falls_by_twenty_decibels_in_its_time(meter, playback, transport, clock):
    transport.play()
    hear(meter, playback, clock, 0.1, 1.0)
    hear(meter, playback, clock, 1.7, 0.001)
    assert meter.peak_db == pytest.approx(-20, abs=0.5)


def test_a_peak_is_held_and_then_falls(meter, playback, transport, clock):
    transport.play()
    hear(meter, playback, clock, STEP_S, 1.0)
    hear(meter, playback, clock, 1.4, 0.01)
    assert meter.held_db == pytest.approx(0.0)
    hear(meter, playback, clock, 1.0, 0.01)
    assert meter.peak_db <= meter.held_db < -8


def test_a_peak_between_two_looks_is_not_lost(meter, playback, transport, clock):
    transport.play()
    clock.now_s += STEP_S
    playback.heard = [LevelStep(0.02, 0.9, 0.1), LevelStep(0.02, 0.1, 0.001)]
    meter.look()
    assert meter.peak_db == pytest.approx(20 * math.log10(0.9))


def test_it_comes_to_rest_after_the_end_and_stops_looking(meter, playback, transport, clock):
    transport.play()
    assert meter._timer.isActive()
    hear(meter, playback, clock, 0.5, 0.7)
    transport.pause()
    rest(meter, clock, 10)
    assert meter.is_at_rest
    assert (meter.peak_db, meter.rms_db) == (FLOOR_DB, FLOOR_DB)
    assert not meter._timer.isActive()
    transport.play()
    assert meter._timer.isActive()


def test_it_falls_while_playback_waits_for_more_sound(meter, playback, transport, clock):
    transport.play()
    hear(meter, playback, clock, 0.5, 0.7)
    playback.is_buffering = True
    rest(meter, clock, 10)
    assert meter.is_at_rest
    assert meter._timer.isActive()


def test_another_clip_puts_it_to_rest(qtbot, meter, playback, transport, clock):
    transport.play()
    hear(meter, playback, clock, 0.5, 0.7)
    playback.heard.append(LevelStep(STEP_S, 1.0, 1.0))
    with qtbot.waitSignal(meter.changed):
        transport.begin(1.0, 16_000)
    assert meter.is_at_rest
    assert playback.heard == []
