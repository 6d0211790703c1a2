"""What is measured of a sound: pieces where somebody looks."""

import numpy as np
import pytest

from app.session.measurement_workers import piece_codes
from app.view_models.picture.measured_spectrogram import (
    PIECE_COLUMNS,
    MeasuredSound,
    MeasuredSpectrogram,
    Piece,
)
from app.view_models.picture.spectrum_rows import Rows
from app.view_models.viewer.level_pyramid import EMPTY
from core.frequency_scale import LinearFrequencies

RATE = 8000
SAMPLES = np.random.default_rng(0).normal(0, 0.1, 20 * RATE).astype(np.float32)
ROWS = Rows(LinearFrequencies(RATE / 2), 0.0, RATE / 2, 100)


@pytest.fixture
def questions():
    return []


@pytest.fixture
def measured(qapp, questions):
    measured = MeasuredSpectrogram()
    measured.wanted.connect(questions.append)
    measured.begin(MeasuredSound(SAMPLES, RATE, 512))
    return measured


def answer(measured, question):
    for piece in question.pieces:
        measured.answer(question.sound, piece, piece_codes(question.sound, piece))


def test_what_is_missing_on_screen_is_asked_for_first(qtbot, measured, questions):
    assert (measured.picture((5.0, 9.0), ROWS, 800).codes == EMPTY).all()
    qtbot.waitUntil(lambda: bool(questions) and bool(questions[-1].pieces))
    *shown, after, before = questions[-1].pieces
    assert [piece.index for piece in shown] == list(range(shown[0].index, shown[-1].index + 1))
    assert (before.index, after.index) == (shown[0].index - 1, shown[-1].index + 1)
    with qtbot.waitSignal(measured.changed):
        answer(measured, questions[-1])
    picture = measured.picture((5.0, 9.0), ROWS, 800)
    assert (picture.codes != EMPTY).all()
    assert picture.start_s <= 5.0
    assert picture.stop_s >= 9.0


def test_the_whole_sound_is_asked_for_last_in_few_pieces(qtbot, measured, questions):
    measured.picture((5.0, 6.0), ROWS, 800)
    qtbot.waitUntil(lambda: bool(questions) and bool(questions[-1].pieces))
    overview = questions[-1].overview
    assert 2 <= len(overview) <= 4
    assert overview[-1].columns.stop << overview[0].exponent >= len(SAMPLES)
    for piece in overview:
        measured.answer(measured.sound, piece, piece_codes(measured.sound, piece))
    assert (measured.picture((15.0, 16.0), ROWS, 800).codes != EMPTY).any()


def test_a_picture_does_not_depend_on_what_is_on_screen(qtbot, measured, questions):
    stretches = [(2.0, 6.0), (4.0, 8.0), (4.01, 8.01)]
    pictures = []
    for stretch in stretches:
        measured.picture(stretch, ROWS, 400)
        qtbot.waitUntil(lambda: bool(questions))
        answer(measured, questions[-1])
        pictures.append(measured.picture(stretch, ROWS, 400))
    column_s = (pictures[0].stop_s - pictures[0].start_s) / pictures[0].codes.shape[1]
    cells = [
        one.codes[:, round((5.0 - one.start_s) / column_s) :][:, :8].tolist() for one in pictures
    ]
    assert cells[0] == cells[1] == cells[2]


@pytest.mark.parametrize("levels", [-2, 3])
def test_pieces_of_another_zoom_stand_in(qtbot, measured, levels):
    sound = measured.sound
    pieces = [Piece(9 + levels, index) for index in range(8)]
    for piece in pieces:
        measured.answer(sound, piece, piece_codes(sound, piece))
    width_px = round(2.0 * RATE / 512)
    picture = measured.picture((0.0, 2.0), ROWS, width_px)
    exact = ROWS.of(piece_codes(sound, Piece(9, 0)), sound.bin_hz)
    first = picture.codes[:, :20].astype(int)
    assert (first != EMPTY).all()
    if levels < 0:  # the loudest of finer columns are the coarse ones
        assert abs(first - exact[:, :20]).max() <= 1


def test_an_answer_for_another_sound_is_dropped(measured):
    old, piece = measured.sound, Piece(9, 0)
    measured.begin(MeasuredSound(SAMPLES, RATE, 1024))
    measured.answer(old, piece, piece_codes(old, piece))
    measured.answer_range(old, (-60.0, 0.0))
    assert measured.level_db(0.1, 100.0) is None
    assert measured.level_range_db is None


def test_a_level_is_read_where_it_is_measured(qtbot, measured, questions):
    times = np.arange(4 * RATE) / RATE
    sine = (0.5 * np.sin(2 * np.pi * 1000 * times)).astype(np.float32)
    measured.begin(MeasuredSound(np.stack([sine, sine], axis=1), RATE, 512))
    measured.picture((0.0, 4.0), ROWS, 400)
    qtbot.waitUntil(lambda: bool(questions) and bool(questions[-1].pieces))
    answer(measured, questions[-1])
    assert measured.level_db(2.0, 1000.0) == pytest.approx(-6.0, abs=0.3)
    assert measured.level_db(2.0, 3000.0) < -90
    assert measured.level_db(99.0, 1000.0) is None


def test_pieces_looked_at_longest_ago_go_first(qtbot, measured, monkeypatch):
    monkeypatch.setattr(
        "app.view_models.picture.measured_spectrogram._BUDGET_BYTES", 4 * 257 * PIECE_COLUMNS
    )
    for index in range(6):
        measured.answer(measured.sound, Piece(9, index), np.ones((257, PIECE_COLUMNS), np.uint8))
    assert [piece.index for piece in measured._pieces] == [2, 3, 4, 5]
