"""Edits of the samples of the take on show, with its markers, and the way back."""

from datetime import UTC, datetime
from random import Random

import numpy as np
import pytest

from app.view_models.takes.take_record import TakeRecord
from app.view_models.viewer.selection import Selection
from core.api.edit import EditKind
from core.api.take import Marker
from tests.app.frequency_bands import mel_band
from tests.app.session.test_take_editor import edit_and_wait

LAW = (
    (EditKind.GAIN, -6.0),
    (EditKind.CUT, 0.0),
    (EditKind.SILENCE, 0.5),
    (EditKind.REVERSE, 0.0),
    (EditKind.NORMALISE, -1.0),
    (EditKind.FADE_OUT, 0.0),
    (EditKind.CROP, 0.0),
)


def test_any_edits_of_samples_can_be_undone_and_done_again(qtbot, session, editor, take):
    shown = [take.waveform]
    for number, (kind, amount) in enumerate(LAW):
        session.document.selection.select(Selection(0.2 + 0.1 * number, 2.5))
        edited = edit_and_wait(
            qtbot, session, lambda kind=kind, amount=amount: editor.edit_samples(kind, amount)
        )
        assert edited.request.edits[-1].kind is kind
        shown.append(edited.waveform)
    for waveform in shown[-2::-1]:
        session.undo.undo()
        assert np.array_equal(session.document.shown.take.waveform, waveform)
    for waveform in shown[1:]:
        session.undo.redo()
        assert np.array_equal(session.document.shown.take.waveform, waveform)


def note_in_history(session):
    """Put new takes into the history at once, as the library does once they are written."""

    def add(take_id, take):
        record = TakeRecord(
            take_id=take_id,
            request=take.request,
            created_at=datetime.now(UTC),
            duration_s=take.duration_s,
            markers=take.markers,
        )
        session.document.history.add(record)

    session.finished.connect(add)


def any_edit(qtbot, session, editor, random):
    """An edit of samples of one or two regions, or of a band."""
    selection, duration_s = session.document.selection, session.document.transport.duration_s
    selection.clear()
    for _ in range(random.choice((1, 2))):
        start_s = random.uniform(0.0, 0.6) * duration_s
        band = mel_band(8, 24) if random.random() < 0.4 else None
        selection.select(Selection(start_s, start_s + 0.2 * duration_s, band))
        selection.keep()
    kind, amount = random.choice(LAW[:-1])
    edit_and_wait(qtbot, session, lambda: editor.edit_samples(kind, amount))


def any_marking(session, random):
    """A new marker, or one that is named, moved or removed."""
    markers, duration_s = session.document.markers, session.document.transport.duration_s
    if not markers.current or random.random() < 0.5:
        markers.add(random.uniform(0.0, duration_s), f"marker {random.random()}")
        return
    markers.choose(random.choice(markers.current))
    random.choice(
        (
            lambda: markers.rename(f"name {random.random()}"),
            lambda: markers.move(random.uniform(0.0, duration_s)),
            markers.remove,
        )
    )()


def state(session):
    return session.document.shown.take, session.document.markers.current


@pytest.mark.parametrize("seed", range(6))
def test_any_edits_and_markers_and_undos_end_where_they_began(qtbot, session, editor, *, seed):
    note_in_history(session)
    session.document.draft.fill({"prompt": "rain", "num_inference_steps": 2, "duration_s": 5.0})
    session.generate()
    qtbot.waitUntil(lambda: session.document.markers.can_mark and session.state.value == "idle")
    random, stack = Random(seed), session.undo.stack
    began, samples = state(session), session.document.shown.take.waveform.copy()
    first = stack.index()
    for _ in range(10):
        match random.choice(("edit", "mark", "mark", "undo", "redo")):
            case "edit":
                any_edit(qtbot, session, editor, random)
            case "mark":
                any_marking(session, random)
            case "undo" if stack.index() > first:
                session.undo.undo()
            case "redo":
                session.undo.redo()
    ended, last = state(session), stack.index()
    while stack.index() > first:
        session.undo.undo()
    assert state(session) == began
    assert np.array_equal(began[0].waveform, samples)
    while stack.index() < last:
        session.undo.redo()
    assert state(session) == ended


def test_an_edited_take_inherits_the_markers_where_their_sound_is_now(qtbot, session, editor, take):
    note_in_history(session)
    session.finished.emit(session.document.shown.take_id, take)
    markers = session.document.markers
    for time_s in (0.5, 2.5, 4.0):
        markers.add(time_s, f"at {time_s}")
    session.document.selection.select(Selection(2.0, 3.0))
    edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.CUT, 0.0))
    assert markers.current == (Marker(0.5, "at 0.5"), Marker(3.0, "at 4.0"))
    session.undo.undo()
    assert [one.time_s for one in markers.current] == [0.5, 2.5, 4.0]


def test_an_edit_is_drawn_over_a_take_with_markers(qtbot, session, editor, engine, take):
    note_in_history(session)
    session.finished.emit(session.document.shown.take_id, take)
    session.document.markers.add(0.5, "a")
    engine.shut_gate()
    placed = []
    session.document.shown.edit_placed.connect(lambda *place: placed.append(place))
    session.document.selection.select(Selection(1.0, 2.0))
    editor.regenerate()
    qtbot.waitUntil(lambda: bool(placed))
    engine.open_gate()
    qtbot.waitUntil(lambda: session.document.shown.take is not take)
    assert session.document.markers.current == (Marker(0.5, "a"),)


def test_all_selected_stretches_are_changed_in_one_edit(qtbot, session, editor, take):
    selection = session.document.selection
    for stretch in (Selection(1.0, 2.0), Selection(3.0, 3.5), Selection(1.5, 2.2)):
        selection.select(stretch)
        selection.keep()
    num_steps = session.undo.stack.count()
    edited = edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.CUT, 0.0))
    assert edited.duration_s == pytest.approx(take.duration_s - 1.2 - 0.5)
    assert session.undo.stack.count() == num_steps + 1
    session.undo.undo()
    assert session.document.shown.take is take


def test_a_crop_to_several_stretches_leaves_them_all(qtbot, session, editor, take):
    selection = session.document.selection
    selection.select(Selection(1.0, 2.0))
    selection.keep()
    selection.select(Selection(3.0, 3.5))
    edited = edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.CROP, 0.0))
    assert edited.duration_s == pytest.approx(1.5)
    rate = take.sample_rate
    inner = slice(round(0.1 * rate), round(0.9 * rate))
    kept = take.waveform[rate : 2 * rate]
    assert np.array_equal(edited.waveform[inner], kept[inner])


def test_silence_is_inserted_where_each_stretch_begins(qtbot, session, editor, take):
    session.document.selection.select(Selection(3.0, 4.0))
    session.document.selection.keep()
    session.document.selection.select(Selection(1.0, 2.0))
    edited = edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.SILENCE, 0.5))
    assert edited.duration_s == pytest.approx(take.duration_s + 1.0)
    assert not edited.waveform[round(1.1 * take.sample_rate)]
    assert not edited.waveform[round(3.75 * take.sample_rate)]


def test_without_a_selection_the_whole_sound_is_edited(qtbot, session, editor, take):
    softer = edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.GAIN, -20.0))
    np.testing.assert_allclose(softer.waveform, 0.1 * take.waveform, rtol=1e-5, atol=1e-7)


def test_a_gain_works_on_the_selected_band_alone(qtbot, session, editor, take):
    session.document.selection.select(Selection(1.0, 2.0, mel_band(10, 20)))
    edited = edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.GAIN, -20.0))
    edit = edited.request.edits[0]
    assert (edit.low_hz, edit.high_hz) == session.document.selection.band_hz


def test_silence_begins_at_the_play_head(qtbot, session, editor, take):
    session.document.transport.seek(1.5)
    edited = edit_and_wait(qtbot, session, lambda: editor.edit_samples(EditKind.SILENCE, 2.0))
    assert edited.request.edits[0].start_s == pytest.approx(1.5)
    assert edited.duration_s == pytest.approx(take.duration_s + 2.0)


def test_an_edit_of_samples_without_effect_is_refused(qtbot, session, editor, engine, take):
    with qtbot.waitSignal(session.rejected):
        editor.edit_samples(EditKind.CUT, 0.0)
    assert engine.edits == []
