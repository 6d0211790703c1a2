"""Layers get the takes that are made for them; the former ones stay in the history."""

import pytest

from core.api.edit import EditKind
from tests.app.arranging.conftest import RAIN, WIND


@pytest.fixture
def model(arranged):
    return arranged.session.document.arrangement


def test_a_layer_is_generated_again_with_another_seed(qtbot, arranged, model, add, engine):
    add(RAIN, WIND)
    first, second = model.arrangement.layers
    model.choose([first.layer_id])
    arranged.arrangement.actions.layers.regenerate.trigger()
    qtbot.waitUntil(lambda: model.arrangement.layer(first.layer_id).sound_id != RAIN)
    assert engine.requests[-1].prompt == "rain"
    assert engine.requests[-1].seed != 0
    again = model.arrangement.layer(first.layer_id)
    assert (again.start, again.length, again.label) == (first.start, first.length, "rain")
    assert model.arrangement.layer(second.layer_id) == second
    history = arranged.session.document.history
    assert history.record(RAIN) is not None
    assert history.record(again.sound_id) is not None
    arranged.session.undo.undo()
    assert model.arrangement.layer(first.layer_id) == first


def test_a_layer_that_is_gone_meanwhile_is_left_alone(qtbot, arranged, model, add, engine):
    engine.shut_gate()
    add(RAIN)
    arranged.arrangement.actions.layers.regenerate.trigger()
    qtbot.waitUntil(engine.in_the_middle.is_set)
    arranged.window.viewer_panel.arrangement.layer_commands.remove()
    history = arranged.session.document.history
    before = history.num_takes
    engine.open_gate()
    qtbot.waitUntil(lambda: history.num_takes > before)
    qtbot.wait(200)
    assert model.arrangement.layers == ()


def test_an_edit_of_an_opened_layer_takes_its_place(qtbot, arranged, model, add):
    add(RAIN)
    layer = model.current
    arranged.arranger.show()
    arranged.arrangement.actions.layers.open.trigger()
    shown = arranged.session.document.shown
    qtbot.waitUntil(lambda: shown.take_id == RAIN)
    assert not arranged.arranger.is_shown
    arranged.take_editor.edit_samples(EditKind.REVERSE, 0.0)
    qtbot.waitUntil(lambda: model.arrangement.layer(layer.layer_id).sound_id != RAIN)
    assert model.arrangement.layer(layer.layer_id).sound_id == shown.take_id


def test_an_edit_of_another_take_changes_no_layer(qtbot, arranged, model, add):
    add(RAIN)
    before = model.arrangement
    arranged.library.show(WIND)
    shown = arranged.session.document.shown
    qtbot.waitUntil(lambda: shown.take_id == WIND)
    arranged.take_editor.edit_samples(EditKind.REVERSE, 0.0)
    qtbot.waitUntil(lambda: shown.take_id not in (WIND, ""))
    qtbot.wait(200)
    assert model.arrangement == before
