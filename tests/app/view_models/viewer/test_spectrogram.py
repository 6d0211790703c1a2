"""The spectrogram on show."""

import numpy as np
import pytest

from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.region import Region, Span
from core.mel_scale import bin_to_hz

BINS = Span(0, 64)


@pytest.fixture
def spectrogram(qapp):
    model = SpectrogramModel()
    model.begin(300)
    return model


def test_a_tile_lands_where_its_region_says(spectrogram):
    mel = np.full((100, 64), -8.0, np.float32)
    mel[10, 5] = 0.0
    spectrogram.write(Region(Span(100, 200), BINS), mel)
    assert spectrogram.level_db(110, 5) == 0.0
    assert spectrogram.level_db(110, 6) == pytest.approx(-69.5, abs=0.25)


def test_an_empty_cell_has_no_level(spectrogram):
    assert spectrogram.level_db(0, 0) is None
    assert spectrogram.level_db(-1, 0) is None
    assert spectrogram.level_db(0, 64) is None


def test_frames_beyond_the_end_are_dropped(spectrogram):
    spectrogram.write(Region(Span(250, 350), BINS), np.zeros((100, 64), np.float32))
    assert spectrogram.level_db(299, 0) == 0.0
    assert spectrogram.num_frames == 300


def test_a_tile_wholly_outside_changes_nothing(spectrogram, qtbot):
    with qtbot.assertNotEmitted(spectrogram.written):
        spectrogram.write(Region(Span(300, 400), BINS), np.zeros((100, 64), np.float32))


def test_writing_emits_the_written_frames(spectrogram, qtbot):
    with qtbot.waitSignal(spectrogram.written) as heard:
        spectrogram.write(Region(Span(0, 10), BINS), np.zeros((10, 64), np.float32))
    assert heard.args == [Span(0, 10)]


def test_a_new_clip_is_empty_and_as_long_as_asked(spectrogram, qtbot):
    spectrogram.write(Region(Span(0, 300), BINS), np.zeros((300, 64), np.float32))
    with qtbot.waitSignal(spectrogram.reset):
        spectrogram.begin_seconds(2.5)
    assert spectrogram.duration_s == 2.5
    assert spectrogram.level_db(0, 0) is None


def test_a_point_reads_time_frequency_and_level(spectrogram):
    spectrogram.write(Region(Span(0, 300), BINS), np.zeros((300, 64), np.float32))
    reading = spectrogram.reading(1.5, 20.5)
    assert reading.time_s == 1.5
    assert reading.hz == pytest.approx(bin_to_hz(20.0, spectrogram.params))
    assert reading.level_db == 0.0
    assert spectrogram.reading(1.5, 0.0).hz >= 0.0
    assert spectrogram.reading(9.9, 20.5).level_db is None
