"""Deletions among other steps."""

import pytest
from PySide6.QtGui import QUndoStack

from app.models.deletions import Deletions
from app.models.history import HistoryModel
from tests.app.models.test_history import record, shown


@pytest.fixture
def history(qapp):
    history = HistoryModel()
    history.fill(record(name, hours=-place) for place, name in enumerate("abc"))
    return history


@pytest.fixture
def stack(history):
    stack = QUndoStack()
    Deletions(history, stack, stack)
    return stack


def test_deletions_are_taken_back_and_made_again_step_by_step(history, stack):
    history.trash(["a", "b"])
    history.trash(["c"])
    seen = []
    for step in (stack.undo, stack.undo, stack.redo, stack.undo, stack.redo, stack.redo):
        step()
        seen.append(shown(history))
    assert seen == [["c"], ["a", "b", "c"], ["c"], ["a", "b", "c"], ["c"], []]


def test_what_was_brought_back_another_way_stays(history, stack):
    history.trash(["a"])
    history.undo_delete()
    stack.undo()
    assert shown(history) == ["a", "b", "c"]
    stack.redo()
    assert shown(history) == ["b", "c"]
