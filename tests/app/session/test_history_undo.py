"""Deletions, labels and markers by undo and redo."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QUndoStack

from app.session.history_undo import HistoryUndo
from app.view_models.takes.history import HistoryModel
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.request import GenerationRequest
from core.api.take import Marker


def take(name: str) -> TakeRecord:
    return TakeRecord(
        take_id=name, request=GenerationRequest(), created_at=datetime.now(UTC), duration_s=1.0
    )


TAKES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3)
LABELS = st.sampled_from([TakeLabels(), TakeLabels(("dark",)), TakeLabels(("drums",), "Film")])
MARKERS = st.lists(st.builds(Marker, st.floats(0, 1)), max_size=2).map(tuple)
STEPS = st.lists(
    st.one_of(st.tuples(TAKES, LABELS), MARKERS, st.sampled_from(["undo", "redo", "trash"])),
    max_size=12,
)


def a_history():
    history = HistoryModel()
    history.fill([take("a"), take("b"), take("c")])
    return history


def state(history):
    records = [history.record(name) for name in "abc"]
    return [(record.labels, record.markers, record.place) for record in records]


@pytest.fixture
def history(qapp):
    return a_history()


@pytest.fixture
def stack(history):
    stack = QUndoStack()
    stack.steps = HistoryUndo(history, stack)
    return stack


def kept(history):
    return {name for name in "abc" if history.record(name).place is not TakePlace.TRASH}


def test_deletions_are_undone_and_redone_in_their_order(history, stack):
    history.trash(["a"])
    history.trash(["b", "c"])
    assert (kept(history), stack.count()) == (set(), 2)
    for expected in ({"b", "c"}, {"a", "b", "c"}):
        stack.undo()
        assert kept(history) == expected
    for expected in ({"b", "c"}, set()):
        stack.redo()
        assert kept(history) == expected
    assert stack.count() == 2


def test_takes_that_are_deleted_once_more_come_back_once_more(history, stack):
    history.trash(["a"])
    stack.undo()
    history.trash(["a"])
    stack.undo()
    assert kept(history) == {"a", "b", "c"}


def test_what_was_brought_back_elsewhere_is_no_step_to_undo(history, stack):
    history.trash(["a"])
    history.trash(["b"])
    history.undo_delete()
    assert (kept(history), stack.index()) == ({"b", "c"}, 1)
    stack.undo()
    assert kept(history) == {"a", "b", "c"}
    stack.redo()
    assert kept(history) == {"b", "c"}


def test_takes_that_live_in_memory_only_come_back_too(history, stack):
    history.add(replace(take("a"), place=TakePlace.MEMORY))
    history.trash(["a"])
    stack.undo()
    assert history.record("a").place is TakePlace.MEMORY


@given(STEPS)
def test_all_steps_undone_lead_to_where_it_began(qapp, steps):
    history, stack = a_history(), QUndoStack()
    undo = HistoryUndo(history, stack)
    began = state(history)
    for step in steps:
        if step == "undo":
            stack.undo()
        elif step == "redo":
            stack.redo()
        elif step == "trash":
            history.trash([name for name in "a" if history.record(name).place is TakePlace.LIBRARY])
        elif not step or isinstance(step[0], Marker):
            history.mark("b", step)
        else:
            take_ids, labels = step
            history.label(dict.fromkeys(take_ids, labels))
    ended, index = state(history), stack.index()
    while stack.canUndo():
        stack.undo()
    assert state(history) == began
    while stack.index() < index:
        stack.redo()
    assert state(history) == ended
    undo.deleteLater()


def test_new_labels_of_several_takes_are_one_step(history, stack):
    history.label(dict.fromkeys("abc", TakeLabels(("dark",))))
    history.label(dict.fromkeys("abc", TakeLabels(("dark",))))
    assert stack.count() == 1
    assert history.tags == ("dark",)
    stack.undo()
    assert history.tags == ()


def test_the_same_markers_once_more_are_no_step(history, stack):
    history.mark("a", (Marker(0.5),))
    history.mark("a", (Marker(0.5),))
    assert stack.count() == 1
    stack.undo()
    assert history.record("a").markers == ()
