"""How much Continue adds is chosen in the menu, said where it is added, and kept."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.view_models.takes.session_state import SessionState


def make_take(qtbot, studio):
    session = studio.session
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    qtbot.mouseClick(studio.window.prompt_panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: session.state is SessionState.IDLE and session.document.shown.take is not None
    )


def choose(window, text):
    actions = window.edit_actions.lengths.actions()
    next(action for action in actions if action.text() == text).trigger()


@pytest.mark.parametrize("key", [Qt.Key.Key_PageDown, Qt.Key.Key_PageUp])
def test_continue_adds_the_chosen_length(qtbot, studio, engine, key):
    make_take(qtbot, studio)
    choose(studio.window, "20 s")
    qtbot.keyClick(studio.window, key, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: studio.session.document.transport.duration_s == 24.0)
    assert engine.edits[0].added_s == 20.0


def test_any_length_can_be_typed_and_is_kept(qtbot, studio, dialogs, memory):
    def type_a_length(dialog):
        QTest.keyClicks(dialog.length, "1:30")
        QTest.keyClick(dialog.length, Qt.Key.Key_Return)
        return True

    dialogs.filled_in = type_a_length
    studio.window.edit_actions.other_length.trigger()
    assert studio.session.document.continuation.added_s == 90.0
    assert studio.window.edit_actions.other_length.isChecked()
    tip = "Generate 1:30 more at the end, from the prompt"
    assert studio.window.edit_actions.continue_right.toolTip() == tip
    with qtbot.waitSignal(studio.session.stopped):
        studio.window.close()
    assert memory.number("continue_s", 0.0) == 90.0


def test_a_refused_length_changes_nothing(studio, dialogs):
    choose(studio.window, "10 s")
    dialogs.filled_in = lambda dialog: False
    studio.window.edit_actions.other_length.trigger()
    assert studio.session.document.continuation.added_s == 10.0
    checked = studio.window.edit_actions.lengths.checkedAction()
    assert checked.text() == "10 s"
