"""An edit while it is made: seen in its place, and gone without a trace where it fails."""

import pytest

from app.view_models.takes.session_state import SessionState
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection
from core.api.edit import Edit, EditKind
from core.api.region import Span
from tests.app.fake_engine import FakeEngine

MIDDLE_S, LAID_S = 1.5, 4.0


@pytest.fixture
def take(qtbot, session, editor, engine: FakeEngine):
    """A finished take of five seconds, on show; the next run stays in the middle."""
    session.document.draft.fill({"prompt": "rain", "num_inference_steps": 2, "duration_s": 5.0})
    session.generate()
    qtbot.waitUntil(
        lambda: session.document.shown.take is not None and session.state is SessionState.IDLE
    )
    session.viewer.show(session_opened(session))
    engine.shut_gate()
    return session.document.shown.take


def session_opened(session):
    return open_take(session.document.shown.take_id, session.document.shown.take)


def level_at(session, time_s, mel_bin=20):
    return session.document.spectrogram.level_db(round(time_s * 100), mel_bin)


def start(qtbot, session, engine, what):
    what()
    qtbot.waitUntil(lambda: engine.in_the_middle.is_set() and bool(session.document.tiles.tiles))


def test_a_regenerated_stretch_shows_its_preview_and_its_tiles(
    qtbot, session, editor, engine, take
):
    session.document.selection.select(Selection(1.0, 2.0))
    before = level_at(session, MIDDLE_S)
    start(qtbot, session, engine, editor.regenerate)
    qtbot.waitUntil(lambda: level_at(session, MIDDLE_S) not in (None, before))
    assert session.document.live_preview.frames == Span(100, 200)
    assert [tile.region.time for tile in session.document.tiles.tiles] == [Span(100, 200)]
    assert level_at(session, LAID_S) == before
    assert session.document.shown.take is take
    engine.open_gate()
    qtbot.waitUntil(lambda: session.document.shown.take is not take)
    assert session.document.live_preview.is_empty
    assert session.document.tiles.tiles == ()


def test_a_cancelled_edit_leaves_the_picture_as_it_was(qtbot, session, editor, engine, take):
    session.document.selection.select(Selection(1.0, 2.0))
    before, levels = level_at(session, MIDDLE_S), session.document.spectrogram.levels
    start(qtbot, session, engine, editor.regenerate)
    assert session.viewer.edits.levels is levels
    session.cancel()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.document.spectrogram.levels is levels
    assert level_at(session, MIDDLE_S) == before
    assert session.document.live_preview.is_empty
    assert session.document.tiles.tiles == ()


def test_what_goes_on_to_the_right_gets_room_in_sight(qtbot, session, editor, engine, take):
    placed = []
    session.viewer.edits.placed.connect(lambda *stretch: placed.append(stretch))
    start(qtbot, session, engine, editor.continue_right)
    assert session.document.spectrogram.duration_s == pytest.approx(10.0)
    assert placed == [(5.0, 10.0)]
    assert session.document.live_preview.frames == Span(500, 1000)
    session.cancel()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.document.spectrogram.duration_s == pytest.approx(5.0)


def test_an_edit_is_not_drawn_over_another_take(qtbot, session, editor, engine, take):
    session.document.selection.select(Selection(1.0, 2.0))
    opened = session_opened(session)
    start(qtbot, session, engine, editor.regenerate)
    session.viewer.show(opened)
    assert session.document.tiles.tiles == ()
    assert session.document.live_preview.is_empty
    assert session.document.shown.compared.levels is not None
    session.cancel()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.document.spectrogram.levels is opened.levels


def test_a_band_is_regenerated_and_the_rest_stays(session, take):
    edit = Edit(kind=EditKind.REGENERATE, start_s=1.0, stop_s=2.0, low_hz=0.0, high_hz=500.0)
    assert session.viewer.edits.begin(edit)
    assert level_at(session, MIDDLE_S, mel_bin=2) is None
    assert level_at(session, MIDDLE_S, mel_bin=60) is not None
    session.viewer.edits.end()
    assert level_at(session, MIDDLE_S, mel_bin=2) is not None


def test_what_begins_earlier_is_seen_when_it_is_done(session, take):
    assert not session.viewer.edits.begin(Edit(kind=EditKind.CONTINUE_LEFT, added_s=5.0))
    assert session.document.spectrogram.duration_s == pytest.approx(5.0)


def test_an_edit_can_be_watched_as_a_run_of_its_own(qtbot, session, editor, engine, take):
    session.document.selection.select(Selection(1.0, 2.0))
    start(qtbot, session, engine, editor.regenerate)
    session.viewer.watch()
    qtbot.waitUntil(lambda: level_at(session, MIDDLE_S) is not None)
    assert session.document.shown.shows_run
    assert level_at(session, LAID_S) is None
    assert session.document.tiles.num_done == 1
    engine.open_gate()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.document.shown.take is not take
