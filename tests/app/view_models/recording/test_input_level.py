"""The meters of an input look while it is open, each at its channel; the lamp looks at both."""

import pytest

from app.view_models.recording.input_level import InputLevels
from app.view_models.transport.meter_ballistics import FLOOR_DB
from app.view_models.transport.playback import LevelStep
from tests.app.fake_recorder import FakeRecorder


@pytest.fixture
def recorder() -> FakeRecorder:
    recorder = FakeRecorder()
    recorder.device = "Microphone"
    return recorder


@pytest.fixture
def levels(qapp, recorder, clock):
    return InputLevels(recorder, clock=clock)


@pytest.fixture
def meter(levels):
    return levels.meters[0]


def test_it_shows_what_comes_in(levels, meter, recorder, clock):
    recorder.levels = [(LevelStep(0.3, 0.5, 0.125),)]
    clock.now_s += 0.3
    meter.look()
    assert meter.peak_db == pytest.approx(-6.02, abs=0.01)
    assert meter.rms_db == pytest.approx(-9.03, abs=0.01)
    assert levels.held_db == meter.held_db
    assert not levels.lamp.is_lit


def test_each_meter_shows_its_channel(levels, recorder, clock):
    recorder.levels = [(LevelStep(0.3, 0.5, 0.125), LevelStep(0.3, 0.25, 0.03))]
    clock.now_s += 0.3
    for meter in levels.meters:
        meter.look()
    peaks_db = [meter.peak_db for meter in levels.meters]
    assert peaks_db == pytest.approx([-6.02, -12.04], abs=0.01)


def test_it_falls_once_the_input_is_closed(meter, recorder, clock):
    recorder.levels = [(LevelStep(0.3, 0.5, 0.125),)]
    meter.look()
    recorder.device = ""
    for _ in range(300):
        clock.now_s += 0.033
        meter.look()
    assert meter.peak_db == meter.rms_db == FLOOR_DB


@pytest.mark.parametrize(("peak", "is_lit"), [(0.9999, False), (1 - 2**-15, True), (1.0, True)])
def test_the_lamp_lights_at_full_scale(levels, meter, recorder, peak, is_lit):
    recorder.levels = [(LevelStep(0.3, 0.1, 0.1), LevelStep(0.3, peak, 0.1))]
    meter.look()
    assert levels.lamp.is_lit is is_lit
    levels.lamp.put_out()
    assert not levels.lamp.is_lit


def test_it_looks_before_the_input_is_open(qtbot, levels, recorder, clock):
    recorder.device = ""
    meter = levels.meters[0]
    levels.open()
    qtbot.wait(100)
    recorder.levels = [(LevelStep(0.3, 0.5, 0.125),)]
    qtbot.waitUntil(lambda: meter.peak_db > FLOOR_DB)
    levels.close()
    clock.now_s += 30  # in which it falls
    qtbot.waitUntil(lambda: meter.is_at_rest and not meter._timer.isActive())
