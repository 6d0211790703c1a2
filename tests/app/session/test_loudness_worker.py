"""Loudness is measured behind the window, and another question ends the last one."""

import numpy as np
import pytest

from app.session import loudness_worker
from app.session.loudness_worker import LoudnessWorker
from app.view_models.viewer.measured_loudness import LevelQuestion, LoudnessModel
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection, SelectionModel
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.region import Span
from core.sound_files.level_measurement import measure_level
from tests.app.library.takes import make_take


@pytest.fixture
def shown(qapp):
    return ShownTakeModel()


@pytest.fixture
def selection(qapp):
    spectrogram = SpectrogramModel()
    spectrogram.begin_seconds(1.0)
    model = SelectionModel(spectrogram)
    model.spectrogram = spectrogram  # which nobody else keeps
    return model


@pytest.fixture
def model(shown, selection):
    return LoudnessModel(shown, selection)


@pytest.fixture
def worker(model):
    worker = LoudnessWorker(model)
    yield worker
    worker.close()


def test_take_and_selection_get_their_levels(qtbot, worker, model, shown, selection):
    take = make_take()
    shown.show_take(open_take("id", take))
    selection.select(Selection(0.25, 0.75))
    qtbot.waitUntil(lambda: model.whole is not None and model.selected is not None)
    assert model.whole == measure_level(iter([take.waveform[None]]), 16_000)
    assert model.selected == measure_level(iter([take.waveform[None, 4000:12_000]]), 16_000)


class CountedSamples:
    """A long sound that counts the blocks that are read of it."""

    def __init__(self, worker):
        self._worker = worker
        self.blocks = 0

    ndim = 1

    def __getitem__(self, place):
        self.blocks += 1
        if self.blocks == 3:
            self._worker._wanted = None  # as another question would do
        return np.zeros(place.stop - place.start, np.float32)


def test_a_question_that_nobody_waits_for_ends(qtbot, worker, model, monkeypatch):
    monkeypatch.setattr(loudness_worker, "_BLOCK_SAMPLES", 1000)
    samples = CountedSamples(worker)
    with qtbot.assertNotEmitted(worker.measured, wait=50):
        model.wanted.emit(LevelQuestion(samples, 16_000, Span(0, 10**9), False))
        worker._pool.waitForDone()
    assert samples.blocks == 3
