"""Endless sound in the studio: made a little ahead, stopped into a take."""

import pytest

from app.models.buffer_health import ENOUGH_S
from app.models.run_status import Outcome
from app.session import SessionState
from app.take_editor import TakeEditor
from app.views.status_sentences import StatusSentences


@pytest.fixture
def editor(session):
    editor = TakeEditor(session)
    yield editor
    editor.wait()


def begin(qtbot, session, playback):
    session.draft.fill({"prompt": "rain"})
    session.play_endlessly()
    qtbot.waitUntil(lambda: session.buffer.ahead_s >= ENOUGH_S and playback.is_playing)


def stop(qtbot, session):
    session.cancel()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)


def test_sound_is_made_a_little_ahead_and_no_further(qtbot, session, playback):
    begin(qtbot, session, playback)
    assert ENOUGH_S <= session.buffer.ahead_s < ENOUGH_S + 5
    playback.position_s = 10.0
    qtbot.waitUntil(lambda: session.buffer.ahead_s >= ENOUGH_S)
    stop(qtbot, session)


def test_how_far_ahead_it_is_stands_in_the_status_line(qtbot, session, playback):
    sentences = StatusSentences(session.status, session.tiles)
    begin(qtbot, session, playback)
    qtbot.waitUntil(lambda: session.status.ahead_s == ENOUGH_S)
    assert sentences.sentence() == "Endless: 20 s ahead"
    assert sentences.remaining() == ""
    playback.is_buffering = True
    qtbot.waitUntil(lambda: session.status.is_slow)
    assert "slower than it plays" in sentences.sentence()
    stop(qtbot, session)


def test_stopping_is_a_good_end_and_all_of_it_is_a_take(qtbot, session, editor, playback):
    begin(qtbot, session, playback)
    playback.position_s = 3.0
    stop(qtbot, session)
    assert session.status.outcome is Outcome.FINISHED
    made_s = len(session.take.waveform) / 16000
    assert made_s >= ENOUGH_S
    assert session.take.request.duration_s == made_s
    qtbot.waitUntil(lambda: session.transport.duration_s == made_s)
    assert session.spectrogram.duration_s == pytest.approx(made_s)
    assert playback.position_s == 3.0
    assert playback.is_playing
