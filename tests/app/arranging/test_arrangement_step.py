"""Undo as a law: any sequence of edits, undos and redos can be taken back to where it began."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtGui import QUndoStack

from app.arranging.arrangement_step import ArrangementStep
from app.view_models.arrangement.arrangement_model import ArrangementModel
from app.view_models.arrangement.layer_commands import LayerCommands
from app.view_models.arrangement.track_commands import TrackCommands
from tests.app.view_models.arrangement.conftest import sample_arrangement
from tests.app.view_models.arrangement.test_arrangement_model import COMMANDS

STEPS = st.one_of(
    st.just("undo"), st.just("redo"), st.tuples(st.sampled_from(COMMANDS), st.integers(0, 400_000))
)


@pytest.fixture
def stacked(qapp):
    return make_stacked()


def make_stacked():
    """A model whose edits are steps of a stack."""
    model, stack = ArrangementModel(), QUndoStack()
    model.restore(sample_arrangement())
    model.choose([3])
    model.edited.connect(
        lambda before, after, name: stack.push(
            ArrangementStep(model, before, after, name, lambda: None)
        )
    )
    return model, stack


@given(st.lists(STEPS, max_size=15))
def test_edits_and_undos_end_where_they_began_and_where_they_led(steps):
    model, stack = make_stacked()
    layers, tracks = LayerCommands(model), TrackCommands(model)
    for step in steps:
        if step == "undo":
            stack.undo()
        elif step == "redo":
            stack.redo()
        else:
            command, number = step
            command(layers, tracks, number)
    last = model.arrangement
    count = stack.index()
    while stack.canUndo():
        stack.undo()
    assert model.arrangement == sample_arrangement()
    for _ in range(count):
        stack.redo()
    assert model.arrangement == last


def test_edits_of_other_layers_or_kinds_are_steps_of_their_own(stacked):
    model, stack = stacked
    commands = LayerCommands(model)
    commands.amplify(-1)
    commands.amplify(-1)
    assert stack.count() == 1
    commands.move(10)
    model.choose([4])
    commands.move(10)
    assert stack.count() == 3


def test_a_step_of_an_arrangement_that_is_not_open_is_dropped(stacked):
    model, stack = stacked
    LayerCommands(model).move(10)
    model.arrangement_id = "another"
    other = model.arrangement
    stack.undo()
    assert (model.arrangement, stack.count()) == (other, 0)
