"""The menu, its keys, the history and the lanes ask; the arrangement does it."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.views.commands.commands import commands_of
from app.views.side_bar.side_bar import SideBarPage
from tests.app.arranging.conftest import RAIN, WIND
from tests.app.views.window.test_keyboard import spoken_name, takes_focus, walk

KEYS = Qt.Key
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def model(arranged):
    return arranged.session.document.arrangement


@pytest.fixture
def lanes(qtbot, arranged, add):
    """Two layers on show, the second chosen, and the focus on the lanes."""
    add(RAIN, WIND)
    window = arranged.window
    window.activateWindow()
    qtbot.keyClick(window, KEYS.Key_T, CTRL | SHIFT)
    canvas = window.viewer_panel.arrangement.canvas
    assert canvas.hasFocus()
    return canvas


def test_the_key_shows_the_arrangement_and_the_sound_again(qtbot, arranged, lanes):
    assert arranged.arranger.is_shown
    assert lanes.isVisible()
    assert arranged.arrangement.actions.show.isChecked()
    qtbot.keyClick(arranged.window, KEYS.Key_T, CTRL | SHIFT)
    assert not arranged.arranger.is_shown
    assert not lanes.isVisible()


def test_a_key_adds_what_is_chosen_in_the_history(qtbot, arranged, model):
    window = arranged.window
    window.side_bar.open(SideBarPage.HISTORY)
    page = window.side_bar.history_page
    page.list.setFocus()
    page.list.setCurrentIndex(arranged.session.document.history.index_of(RAIN))
    window.activateWindow()
    qtbot.keyClick(page.list, KEYS.Key_A)
    qtbot.waitUntil(lambda: len(model.arrangement.layers) == 1)
    assert model.arrangement.layers[0].sound_id == RAIN
    assert "rain is a layer now" in window.status_line.text


@pytest.mark.parametrize(
    "press",
    [
        (KEYS.Key_Right, SHIFT, "start"),
        (KEYS.Key_Left, CTRL, "span"),
        (KEYS.Key_Right, CTRL | SHIFT, "span"),
        (KEYS.Key_I, NONE, "fade_in"),
        (KEYS.Key_O, NONE, "fade_out"),
        (KEYS.Key_Up, CTRL, "gain_db"),
        (KEYS.Key_Up, SHIFT, "track_id"),
        (KEYS.Key_Y, NONE, "loop_length"),
        (KEYS.Key_Q, NONE, "is_muted"),
    ],
)
def test_keys_change_the_chosen_layer_and_undo_changes_it_back(
    qtbot, arranged, lanes, model, press
):
    key, modifiers, changed = press
    before = model.current
    qtbot.keyClick(lanes, key, modifiers)
    assert getattr(model.current, changed) != getattr(before, changed)
    qtbot.keyClick(arranged.window, KEYS.Key_Z, CTRL)
    assert model.current == before


def test_the_time_of_layers_is_marked_to_be_repeated(qtbot, arranged, lanes, model, playback):
    transport = arranged.session.document.transport
    qtbot.waitUntil(lambda: transport.duration_s == 3.0)
    qtbot.keyClick(lanes, KEYS.Key_E)
    assert transport.range_s == (0.0, 3.0)
    qtbot.keyClick(lanes, KEYS.Key_Up)
    qtbot.keyClick(lanes, KEYS.Key_E)
    transport.set_loops(True)
    assert playback.loop_s == (0.0, 2.0)
    arranged.arranger.show(False)
    assert transport.range_s is None
    arranged.arranger.show()
    assert transport.range_s == (0.0, 2.0)
    qtbot.keyClick(lanes, KEYS.Key_E)
    assert transport.range_s is None


def test_keys_choose_split_copy_and_remove(qtbot, arranged, lanes, model):
    first = model.arrangement.layers[0]
    qtbot.keyClick(lanes, KEYS.Key_Up)
    assert model.current == first
    qtbot.waitUntil(lambda: arranged.session.document.transport.duration_s == 3.0)
    arranged.session.document.transport.seek(1.0)
    qtbot.keyClick(lanes, KEYS.Key_K, CTRL)
    assert [one.length for one in model.arrangement.layers_on(first.track_id)] == [48_000] * 2
    qtbot.keyClick(lanes, KEYS.Key_D, CTRL)
    assert len(model.arrangement.layers) == 4
    qtbot.keyClick(lanes, KEYS.Key_Delete)
    qtbot.keyClick(lanes, KEYS.Key_A, CTRL)
    assert len(model.chosen) == 3
    qtbot.keyClick(lanes, KEYS.Key_Delete)
    assert model.arrangement.layers == ()


def test_keys_of_layers_are_letters_in_a_text_field(qtbot, arranged, lanes, model):
    before = model.arrangement
    name = arranged.window.viewer_panel.arrangement.headers.headers[0].name
    name.setFocus()
    QTest.keyClicks(name, "yoqi")
    assert name.text() == "yoqi"
    qtbot.keyClick(name, KEYS.Key_Escape)
    assert lanes.hasFocus()
    assert model.arrangement.layers == before.layers


def test_zoom_of_the_menu_view_is_that_of_what_is_on_show(qtbot, arranged, lanes):
    time = arranged.window.viewer_panel.arrangement.time
    before_s = time.length_s
    arranged.window.actions_.zoom_in.trigger()
    assert time.length_s < before_s
    arranged.window.actions_.fit.trigger()
    assert time.length_s == before_s


def test_every_command_of_the_menu_has_an_id_and_a_name(arranged):
    commands = commands_of(arranged.window.menuBar())
    ours = [one for one in commands if one.menu.startswith("Arrange")]
    assert len(ours) > 35
    assert all(one.name and one.command_id for one in ours)


def test_tab_reaches_all_of_the_arrangement_and_each_stop_has_a_name(qtbot, arranged, lanes):
    stops = walk(qtbot, arranged.window)
    wanted = {one for one in arranged.window.findChildren(QWidget) if takes_focus(one)}
    missed = wanted - set(stops)
    assert {(type(one).__name__, one.accessibleName()) for one in missed} == set()
    assert [type(one).__name__ for one in stops if not spoken_name(one)] == []
    assert lanes in stops
