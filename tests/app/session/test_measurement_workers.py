"""Loudness and spectra are measured behind the window; another question ends the last one."""

import numpy as np
import pytest

from app.session import measurement_workers
from app.session.measurement_workers import LoudnessWorker, SpectrumWorker
from app.view_models.picture.measured_spectrogram import (
    MeasuredSound,
    MeasuredSpectrogram,
    Piece,
    SpectrumQuestion,
)
from app.view_models.picture.spectrum_rows import Rows
from app.view_models.viewer.measured_loudness import LevelQuestion, LoudnessModel
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection, SelectionModel
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.api.region import Span
from core.frequency_scale import LinearFrequencies
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
    monkeypatch.setattr(measurement_workers, "_BLOCK_SAMPLES", 1000)
    samples = CountedSamples(worker)
    with qtbot.assertNotEmitted(worker.measured, wait=50):
        model.wanted.emit(LevelQuestion(samples, 16_000, Span(0, 10**9), False))
        worker._pool.waitForDone()
    assert samples.blocks == 3


@pytest.fixture
def measured(qapp):
    return MeasuredSpectrogram()


@pytest.fixture
def spectrum_worker(measured):
    worker = SpectrumWorker(measured)
    yield worker
    worker.close()


def test_pieces_and_range_of_a_spectrum_are_measured(qtbot, spectrum_worker, measured):
    times = np.arange(48_000) / 48_000
    sine = (0.5 * np.sin(2 * np.pi * 12_000 * times)).astype(np.float32)
    measured.begin(MeasuredSound(sine, 48_000, 1024))
    measured.picture((0.0, 1.0), Rows(LinearFrequencies(24_000.0), 0.0, 24_000.0, 64), 400)
    qtbot.waitUntil(lambda: measured.level_db(0.5, 12_000.0) is not None)
    assert measured.level_db(0.5, 12_000.0) == pytest.approx(-6.0, abs=0.3)
    qtbot.waitUntil(lambda: measured.level_range_db is not None)
    assert measured.level_range_db[0] == -111
    assert -15 <= measured.level_range_db[1] <= -3


def test_a_piece_that_was_just_measured_is_not_measured_again(
    qtbot, spectrum_worker, measured, monkeypatch
):
    counted = []
    monkeypatch.setattr(measurement_workers, "piece_codes", lambda *key: counted.append(key[:2]))
    sound, piece = MeasuredSound(np.zeros(10, np.float32), 16_000, 512), Piece(7, 0)
    for _ in range(3):
        measured.wanted.emit(SpectrumQuestion(sound, (piece,)))
        spectrum_worker._pool.waitForDone()
    assert counted == [(sound, piece)]


class LongSound:
    """Ten minutes that count how often they are read; the third time another piece is wanted."""

    ndim = 1

    def __init__(self, worker, following):
        self._worker, self._following = worker, following
        self.reads = 0

    def __len__(self):
        return 600 * 16_000

    def __getitem__(self, place):
        self.reads += 1
        if self.reads == 3:
            self._worker._wanted = self._following(self)
        return np.zeros(place.stop - place.start, np.float32)


@pytest.mark.parametrize(
    ("pieces", "overview", "is_finished"),
    [
        ((Piece(7, 5),), (), False),  # nobody wants the first one any more
        ((Piece(7, 5),), (Piece(16, 0),), False),  # it may wait
        ((), (Piece(16, 0),), True),
        ((Piece(7, 5), Piece(16, 0)), (), True),
    ],
)
def test_a_piece_that_is_not_urgent_any_more_is_dropped(
    qtbot, spectrum_worker, pieces, overview, is_finished
):
    questions = []

    def following(samples):
        questions.append(SpectrumQuestion(questions[0].sound, pieces, overview))
        return questions[-1]

    sound = MeasuredSound(LongSound(spectrum_worker, following), 16_000, 512)
    questions.append(SpectrumQuestion(sound, (Piece(16, 0),)))
    with qtbot.waitSignal(spectrum_worker.measured, timeout=500, raising=False) as measured:
        spectrum_worker._on_wanted(questions[0])
        spectrum_worker._pool.waitForDone()
    assert (measured.args is not None) is is_finished
    assert sound.samples.reads >= 4 if is_finished else sound.samples.reads == 3


def test_a_sound_that_cannot_be_read_is_logged(qtbot, spectrum_worker, measured, caplog):
    class Unreadable:
        def __len__(self):
            raise OSError("gone")

    sound = MeasuredSound(Unreadable(), 16_000, 512)
    measured.wanted.emit(SpectrumQuestion(sound, (Piece(7, 0),)))
    spectrum_worker._pool.waitForDone()
    assert "could not be measured" in caplog.text
    caplog.clear()
