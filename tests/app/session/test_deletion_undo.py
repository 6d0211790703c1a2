"""Deleting and bringing back by undo and redo."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtGui import QUndoStack

from app.session.undo_stack import DeletionUndo
from app.view_models.takes.history import HistoryModel
from app.view_models.takes.take_record import TakePlace, TakeRecord
from core.api.request import GenerationRequest


def take(name: str) -> TakeRecord:
    return TakeRecord(
        take_id=name, request=GenerationRequest(), created_at=datetime.now(UTC), duration_s=1.0
    )


@pytest.fixture
def history(qapp):
    history = HistoryModel()
    history.fill([take("a"), take("b"), take("c")])
    return history


@pytest.fixture
def stack(history):
    stack = QUndoStack()
    stack.steps = DeletionUndo(history, stack)
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
