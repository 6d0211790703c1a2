"""The loudness model asks for what is missing, and keeps only answers that still hold."""

import numpy as np
import pytest

from app.view_models.viewer.measured_loudness import LoudnessModel
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection, SelectionModel
from app.view_models.viewer.shown_take import ShownTakeModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from core.sound_files.level_measurement import SoundLevel
from tests.app.library.takes import make_take

LOUD, QUIET = SoundLevel(-12, -10, 0.9, 0.95), SoundLevel(-40, -38, 0.1, 0.1)


class Bench:
    """The model with what it follows, and its questions."""

    def __init__(self, qtbot):
        self.qtbot = qtbot
        spectrogram = SpectrogramModel()
        spectrogram.begin_seconds(2.0)
        self.spectrogram = spectrogram
        self.shown, self.selection = ShownTakeModel(), SelectionModel(spectrogram)
        self.model = LoudnessModel(self.shown, self.selection)
        self.questions = []
        self.model.wanted.connect(self.questions.append)

    def show(self, name="rain"):
        take = make_take(name)
        self.shown.show_take(open_take("id", take))
        return take

    def next_question(self):
        count = len(self.questions)
        self.qtbot.waitUntil(lambda: len(self.questions) > count)
        return self.questions[-1]


@pytest.fixture
def bench(qtbot):
    return Bench(qtbot)


def test_a_take_is_measured_as_a_whole(bench):
    take = bench.show()
    question = bench.next_question()
    assert question.samples is take.waveform
    assert question.span.length == len(take.waveform)
    bench.model.answer(question, LOUD)
    assert bench.model.whole == bench.model.current == LOUD


def test_a_selection_is_measured_first_and_then_the_whole(bench):
    bench.show()
    bench.selection.select(Selection(0.25, 0.5))
    question = bench.next_question()
    assert (question.span.start, question.span.stop) == (4000, 8000)
    bench.model.answer(question, QUIET)
    assert (bench.model.selected, bench.model.current) == (QUIET, QUIET)
    assert bench.questions[-1].span.start == 0
    bench.model.answer(bench.questions[-1], LOUD)
    assert (bench.model.whole, bench.model.current) == (LOUD, QUIET)
    bench.selection.clear()
    assert bench.model.current == LOUD


def test_an_answer_for_another_sound_is_dropped(bench):
    bench.show()
    old = bench.next_question()
    bench.show("wind")
    bench.model.answer(old, LOUD)
    assert bench.model.whole is None
    assert bench.next_question() is not old


def test_while_a_run_is_shown_nothing_is_known(bench):
    bench.show()
    bench.model.answer(bench.next_question(), LOUD)
    bench.shown.show_run("run", make_take("rain").request)
    assert bench.model.current is None


def test_a_dragged_selection_is_measured_once_it_rests(bench):
    bench.show()
    bench.model.answer(bench.next_question(), LOUD)
    for stop_s in np.linspace(0.3, 0.9, 20):
        bench.selection.select(Selection(0.25, float(stop_s)))
    assert len(bench.questions) == 1
    assert bench.next_question().span.stop == round(0.9 * 16_000)
    assert len(bench.questions) == 2


def test_a_selection_of_the_whole_sound_is_a_selection(bench):
    bench.show()
    bench.selection.select(Selection(0.0, 1.0))
    bench.model.answer(bench.next_question(), QUIET)
    assert (bench.model.selected, bench.model.whole) == (QUIET, None)
    bench.model.answer(bench.questions[-1], QUIET)
    assert (bench.model.whole, len(bench.questions)) == (QUIET, 2)
