"""Undo and redo of the draft."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.session.undo_stack import UndoStack
from app.view_models.drafts.request_draft import RequestDraft
from tests.app.clock import Clock


@pytest.fixture
def draft(qapp):
    return RequestDraft()


@pytest.fixture
def steps(draft, clock):
    return UndoStack(draft, clock=clock)


def change(steps, clock, **values):
    """A change that stands for itself: some seconds after the one before."""
    clock.now_s += 10
    steps._draft.fill(values)
    steps._note()


def state(draft):
    values = json.loads(draft.to_json())
    return {**values, "seed": values["seed"] if values["seed_locked"] else None}


EDITS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"prompt": st.text(max_size=5)}),
        st.fixed_dictionaries({"num_inference_steps": st.integers(1, 99)}),
        st.fixed_dictionaries({"init_audio": st.sampled_from([None, "a.wav", "b.wav"])}),
        st.fixed_dictionaries({"prompt": st.text(max_size=5), "duration_s": st.floats(1, 9)}),
    ),
    max_size=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=EDITS)
def test_undoing_everything_and_redoing_it_ends_where_it_was(qapp, edits):
    draft, clock = RequestDraft(), Clock()
    steps = UndoStack(draft, clock=clock)
    states = [state(draft)]
    for edit in edits:
        change(steps, clock, **edit)
        if state(draft) != states[-1]:
            states.append(state(draft))
    for expected in reversed(states[:-1]):
        steps.undo()
        assert state(draft) == expected
    assert not steps.stack.canUndo()
    for expected in states[1:]:
        steps.redo()
        assert state(draft) == expected
    assert not steps.stack.canRedo()


def test_changes_that_follow_closely_are_one_step(draft, steps, clock):
    for count in (26, 27, 28):
        clock.now_s += 0.2
        draft.set_value("num_inference_steps", count)
        steps._note()
    steps.undo()
    assert draft.value("num_inference_steps") == 25
    assert steps.stack.count() == 1


def test_changes_of_one_moment_are_one_step(qtbot, draft, steps):
    draft.fill({"prompt": "organ", "num_inference_steps": 9, "guidance_scale": 2.0})
    qtbot.waitUntil(steps.stack.canUndo)
    steps.undo()
    assert (draft.value("prompt"), draft.value("num_inference_steps")) == ("", 25)


def test_a_seed_that_was_drawn_is_no_change(draft, steps):
    draft.to_request()
    steps._note()
    assert not steps.stack.canUndo()


def test_locking_a_seed_can_be_undone_and_redone(draft, steps):
    draft.set_value("seed", 7)
    draft.set_seed_locked(True)
    steps.undo()
    assert not draft.seed_locked
    draft.draw_seed()
    steps.redo()
    assert (draft.seed_locked, draft.value("seed")) == (True, 7)


def test_a_change_that_is_not_settled_yet_is_undone_too(draft, steps):
    draft.set_value("prompt", "organ")
    steps.undo()
    assert draft.value("prompt") == ""
