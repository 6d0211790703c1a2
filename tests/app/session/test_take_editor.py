"""Edits of the take on show: they wait their turn, and a person can go back."""

from dataclasses import replace

import numpy as np
import pytest

from app.session.session import SessionState
from app.session.take_editor import CONTINUE_S, EditStep
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection
from core.api.edit import EditKind
from core.api.errors import DeviceMemoryError
from core.api.region import Span


@pytest.fixture
def take(qtbot, session, editor):
    """A finished take of five seconds, on show."""
    session.draft.fill({"prompt": "rain", "num_inference_steps": 2, "duration_s": 5.0})
    session.generate()
    qtbot.waitUntil(lambda: session.take is not None and session.state is SessionState.IDLE)
    return session.take


def edit_and_wait(qtbot, editor, what):
    with qtbot.waitSignal(editor.edited) as edited:
        what()
    return edited.args


def test_without_a_take_nothing_can_be_edited(session, editor, engine):
    assert not editor.can_edit
    editor.continue_right()
    editor.regenerate()
    assert engine.edits == []


def test_a_take_without_latents_cannot_be_edited(session, editor, take):
    object.__setattr__(take, "latents", None)
    assert not editor.can_edit


def test_what_is_chosen_is_regenerated_to_the_prompt_of_the_panel(
    qtbot, session, editor, engine, take
):
    assert not editor.can_regenerate
    session.selection.select(Selection(1.0, 2.0, Span(8, 16)))
    session.draft.fill({"prompt": "a dog", "negative_prompt": "wind", "seed": "7"})
    session.draft.set_seed_locked(True)
    before, after = edit_and_wait(qtbot, editor, editor.regenerate)

    (edit,) = engine.edits
    assert (edit.kind, edit.prompt, edit.negative_prompt) == (
        EditKind.REGENERATE,
        "a dog",
        "wind",
    )
    assert (edit.seed, edit.start_s, edit.stop_s) == (7, 1.0, 2.0)
    assert (edit.low_hz, edit.high_hz) == session.selection.hz_range
    assert before.take is take
    assert after.take.request.edits == (edit,)
    assert after.take.request.prompt == "rain"


@pytest.mark.parametrize(
    ("name", "kind", "added_s"),
    [
        ("continue_right", EditKind.CONTINUE_RIGHT, CONTINUE_S),
        ("continue_left", EditKind.CONTINUE_LEFT, CONTINUE_S),
        ("make_loop", EditKind.LOOP, 0.0),
    ],
)
def test_the_whole_take_is_edited_without_a_selection(
    qtbot, editor, engine, *, take, name, kind, added_s
):
    _, after = edit_and_wait(qtbot, editor, getattr(editor, name))
    assert (engine.edits[0].kind, engine.edits[0].added_s) == (kind, added_s)
    assert len(after.take.waveform) == (5 + added_s) * 16000


def test_while_an_edit_runs_the_take_stays_on_show(qtbot, session, editor, engine, take):
    engine.shut_gate()
    shown = session.spectrogram.levels
    editor.make_loop()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    assert session.state is SessionState.RUNNING
    assert session.take is take
    assert session.viewer.edits.levels is shown
    with qtbot.waitSignal(editor.edited):
        engine.open_gate()


def test_cancelling_leaves_the_take_as_it_was(qtbot, session, editor, engine, take):
    engine.shut_gate()
    samples = take.waveform.copy()
    editor.make_loop()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    session.cancel()
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
    assert session.take is take
    assert np.array_equal(take.waveform, samples)


def test_an_edit_that_failed_holds_its_take_only_as_long_as_it_can_be_retried(
    qtbot, session, editor, engine, take
):
    engine.error = DeviceMemoryError("Too large.")
    editor.make_loop()
    qtbot.waitUntil(lambda: session.status.error is engine.error)
    assert [before.take for before in editor._waiting.values()] == [take]
    session.queue.clear_settled()
    assert editor._waiting == {}


def test_an_edit_that_fails_leaves_the_take_as_it_was(qtbot, session, editor, engine, take):
    engine.error = DeviceMemoryError("Too large.")
    editor.make_loop()
    qtbot.waitUntil(lambda: session.status.error is engine.error)
    assert session.take is take
    assert editor.can_edit


def test_what_is_still_being_laid_behind_the_end_cannot_be_regenerated(
    qtbot, session, editor, engine, take
):
    engine.shut_gate()
    editor.continue_right()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    session.selection.select(Selection(6.0, 7.0))
    with qtbot.waitSignal(session.rejected) as refused:
        editor.regenerate()

    assert "only 5 s long" in str(refused.args[0])
    assert len(session.queue.entries) == 1  # the continuation alone
    with qtbot.waitSignal(editor.edited):
        engine.open_gate()


def test_a_step_shows_the_take_after_it_and_undone_the_one_before(
    qtbot, session, editor, playback, take
):
    before, after = edit_and_wait(qtbot, editor, editor.continue_right)
    edit = after.take.request.edits[-1]
    step = EditStep("continue", before, after, lambda opened: editor.show(opened, edit))

    step.redo()
    assert session.take is after.take
    assert session.transport.duration_s == 5.0 + CONTINUE_S
    assert playback.position_s == pytest.approx(4.0)
    np.testing.assert_array_equal(playback.samples, after.take.waveform)
    step.undo()
    assert session.take is take
    assert session.transport.duration_s == 5.0


def test_an_edit_of_an_edit_starts_from_it(qtbot, session, editor, engine, take):
    _, after = edit_and_wait(qtbot, editor, editor.make_loop)
    session.viewer.show(after)
    _, twice = edit_and_wait(qtbot, editor, editor.make_loop)
    assert twice.take.request.edits == tuple(engine.edits)
    np.testing.assert_array_equal(twice.take.waveform, take.waveform)


def test_who_went_on_to_another_take_is_not_called_back(qtbot, session, editor, engine, take):
    engine.shut_gate()
    editor.make_loop()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    session.viewer.show(open_take("other", replace(take)))
    with qtbot.assertNotEmitted(editor.edited, wait=0):
        engine.open_gate()
        qtbot.waitUntil(lambda: session.state is SessionState.IDLE)
        editor.wait()
    assert engine.edits
