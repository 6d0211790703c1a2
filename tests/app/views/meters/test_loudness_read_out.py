"""The loudness in figures beside the level meter."""

import math

import pytest

from app.view_models.viewer.selection import Selection
from app.views.meters.loudness_read_out import LoudnessReadOut
from core.sound_files.level_measurement import SoundLevel


@pytest.fixture
def loudness(session):
    session.document.spectrogram.begin_seconds(10.0)
    return session.document.loudness


@pytest.fixture
def read_out(window):
    return window.findChild(LoudnessReadOut)


def test_it_shows_the_whole_or_the_selection(session, loudness, read_out):
    assert read_out.text() == ""
    assert read_out.accessibleName() == "Loudness: not known yet"
    loudness.whole = SoundLevel(-19.83, -15.2, 0.7, 10 ** (-1.3 / 20))
    loudness.changed.emit()
    assert read_out.text() == "−19.8 LUFS · −1.3 dBTP"
    assert read_out.accessibleName() == "Loudness: −19.8 LUFS · −1.3 dBTP"
    session.document.selection.select(Selection(1.0, 2.0))
    assert read_out.text() == ""  # until it is measured
    loudness.selected = SoundLevel(-30.04, -28.0, 0.1, 0.1)
    loudness.changed.emit()
    assert read_out.text() == "−30.0 LUFS · −20.0 dBTP"
    description = read_out.accessibleDescription()
    assert "Selection: integrated −30.0 LUFS, loudest 400 ms −28.0 LUFS" in description
    assert "Whole sound: integrated −19.8 LUFS" in description


def test_silence_is_called_so(loudness, read_out):
    loudness.whole = SoundLevel(-math.inf, -math.inf, 0.0, 0.0)
    loudness.changed.emit()
    assert read_out.text() == "silence"
