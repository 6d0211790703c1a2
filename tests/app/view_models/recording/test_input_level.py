"""The input's meter looks while an input is open, and its lamp lights at full scale."""

import pytest

from app.view_models.recording.input_level import InputMeterModel
from app.view_models.transport.meter_ballistics import FLOOR_DB
from app.view_models.transport.playback import LevelStep
from tests.app.fake_recorder import FakeRecorder


@pytest.fixture
def recorder() -> FakeRecorder:
    recorder = FakeRecorder()
    recorder.device = "Microphone"
    return recorder


@pytest.fixture
def meter(qapp, recorder, clock):
    return InputMeterModel(recorder, clock=clock)


def test_it_shows_what_comes_in(meter, recorder, clock):
    recorder.levels = [LevelStep(0.3, 0.5, 0.125)]
    clock.now_s += 0.3
    meter.look()
    assert meter.peak_db == pytest.approx(-6.02, abs=0.01)
    assert meter.rms_db == pytest.approx(-9.03, abs=0.01)
    assert not meter.lamp.is_lit


def test_it_falls_once_the_input_is_closed(meter, recorder, clock):
    recorder.levels = [LevelStep(0.3, 0.5, 0.125)]
    meter.look()
    recorder.device = ""
    for _ in range(300):
        clock.now_s += 0.033
        meter.look()
    assert meter.peak_db == meter.rms_db == FLOOR_DB


@pytest.mark.parametrize(("peak", "is_lit"), [(0.9999, False), (1 - 2**-15, True), (1.0, True)])
def test_the_lamp_lights_at_full_scale(meter, recorder, peak, is_lit):
    recorder.levels = [LevelStep(0.3, peak, 0.1)]
    meter.look()
    assert meter.lamp.is_lit is is_lit
    meter.lamp.put_out()
    assert not meter.lamp.is_lit


def test_it_looks_before_the_input_is_open(qtbot, recorder):
    recorder.device = ""
    meter = InputMeterModel(recorder)
    meter.is_wanted = True
    meter.start()
    qtbot.wait(100)
    recorder.levels = [LevelStep(0.3, 0.5, 0.125)]
    qtbot.waitUntil(lambda: meter.peak_db > FLOOR_DB)
    meter.is_wanted = False
    recorder.device = ""
    qtbot.waitUntil(lambda: meter.is_at_rest and not meter._timer.isActive(), timeout=20_000)
