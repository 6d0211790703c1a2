"""Edits are found where they act, and how much Continue adds is chosen."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.view_models.takes.session_state import SessionState
from app.view_models.viewer.selection import Selection
from app.views.widgets.buttons import IconButton
from core.api.edit import EditKind
from tests.app.frequency_bands import mel_band
from tests.app.views.clip.test_selection_item import move, place_of


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
        QTest.keyClicks(dialog.field, "1:30")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
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


def texts(menu):
    return [action.text().partition("\t")[0] for action in menu.actions() if action.text()]


def bar_button(view, name):
    buttons = view.selection_bar.findChildren(IconButton)
    return next(button for button in buttons if button.accessibleName() == name)


def test_the_right_button_opens_what_can_be_done(qtbot, studio):
    make_take(qtbot, studio)
    view, menu = studio.window.viewer_panel.view, studio.window.clip_menu
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=place_of(view, 2.0, 30))
    assert menu.isVisible()
    assert "&Regenerate the selection" in texts(menu)
    assert "Continue to the righ&t" in texts(menu)
    assert not studio.window.edit_actions.regenerate.isEnabled()
    assert "First drag" in studio.window.edit_actions.regenerate.toolTip()
    menu.close()


def test_the_menu_key_opens_it_at_the_selection(qtbot, studio):
    make_take(qtbot, studio)
    view, menu = studio.window.viewer_panel.view, studio.window.clip_menu
    studio.session.document.selection.select(Selection(1.0, 2.0, mel_band(20, 40)))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    with qtbot.waitSignal(view.menu_requested) as requested:
        QApplication.sendEvent(view, event)
    assert menu.isVisible()
    expected = view.viewport().mapToGlobal(place_of(view, 1.5, 30))
    assert (requested.args[0] - expected).manhattanLength() < 6
    menu.close()


def test_the_bar_comes_when_the_drag_has_ended(qtbot, studio):
    make_take(qtbot, studio)
    view, left = studio.window.viewer_panel.view, Qt.MouseButton.LeftButton
    port, none = view.viewport(), Qt.KeyboardModifier.NoModifier
    qtbot.mouseMove(port, place_of(view, 1.0, 30))
    qtbot.mousePress(port, left, none, place_of(view, 1.0, 30))
    for time_s in (1.5, 2.0):
        view.scene()._lastMoveEventTime = 0.0  # moves of a test come faster than a mouse's
        move(port, place_of(view, time_s, 30), none)
    assert studio.session.document.selection.current is not None
    assert not view.selection_bar.isVisible()
    qtbot.mouseRelease(port, left, none, place_of(view, 2.0, 30))
    assert view.selection_bar.isVisible()
    qtbot.mouseClick(bar_button(view, "Select nothing"), left)
    assert studio.session.document.selection.current is None
    assert not view.selection_bar.isVisible()


def test_the_bar_plays_zooms_and_regenerates(qtbot, studio, engine, playback):
    make_take(qtbot, studio)
    view, left = studio.window.viewer_panel.view, Qt.MouseButton.LeftButton
    studio.session.document.selection.select(Selection(1.0, 2.0))
    qtbot.mouseClick(bar_button(view, "Play the selection"), left)
    assert playback.stretch_s == (1.0, 2.0)
    qtbot.mouseClick(bar_button(view, "Zoom to the selection"), left)
    assert view.getViewBox().viewRange()[0] == pytest.approx([1.0, 2.0])
    qtbot.mouseClick(bar_button(view, "Regenerate"), left)
    qtbot.waitUntil(lambda: len(engine.edits) == 1)
    assert (engine.edits[0].start_s, engine.edits[0].stop_s) == (1.0, 2.0)


@pytest.mark.parametrize("band_hz", [None, mel_band(0, 20), mel_band(20, 40), mel_band(50, 64)])
@pytest.mark.parametrize("place_s", [0.0, 1.8, 3.8])
def test_the_bar_stays_within_the_picture(qtbot, window, session, band_hz, place_s):
    session.document.spectrogram.begin_seconds(4.0)
    view = window.viewer_panel.view
    session.document.selection.select(Selection(place_s, place_s + 0.2, band_hz))
    bar, box = view.selection_bar, view.getViewBox()
    area = view.mapFromScene(box.mapRectToScene(box.rect())).boundingRect()
    assert bar.isVisible()
    assert area.adjusted(-1, -1, 1, 1).contains(bar.geometry())
    if band_hz is not None:
        assert not bar.geometry().intersects(view._selection_rect())
    view.show_range(*((2.5, 3.5) if place_s < 2 else (0.0, 1.0)))
    assert not bar.isVisible()


def test_a_gain_that_was_typed_is_asked_for(qtbot, studio, dialogs):
    def type_a_gain(dialog):
        QTest.keyClicks(dialog.field, "-4.5")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        return True

    dialogs.filled_in = type_a_gain
    actions = studio.window.sample_actions
    actions.offer(True, False)
    with qtbot.waitSignal(actions.requested) as asked:
        actions.gain.trigger()
    assert asked.args == [EditKind.GAIN, -4.5]


def test_without_a_selection_nothing_is_cut(studio):
    actions = studio.window.sample_actions
    actions.offer(True, False)
    assert actions.normalise.isEnabled()
    assert not any(one.isEnabled() for one in (actions.cut, actions.crop, actions.remove))
