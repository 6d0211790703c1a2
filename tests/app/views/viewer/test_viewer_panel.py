"""Zoom, pan and colours by key, wheel and panel, in the real window."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.view_models.picture.colour_scale import ColourMap
from app.view_models.viewer.selection import Selection
from app.views.spectrogram.tile_legend import TileLegend
from app.views.viewer.colour_panel import ColourPanel


@pytest.fixture
def view(window, session, monkeypatch):
    session.document.spectrogram.begin_seconds(10.0)
    view = window.viewer_panel.view
    monkeypatch.setattr(view, "underMouse", lambda: False)  # whatever test moved the pointer
    view.show_range(2.0, 4.0)
    view.setFocus()
    return view


def visible(view):
    return view.getViewBox().viewRange()[0]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (Qt.Key.Key_Left, [1.8, 3.8]),
        (Qt.Key.Key_Right, [2.2, 4.2]),
        (Qt.Key.Key_PageUp, [0.2, 2.2]),
        (Qt.Key.Key_PageDown, [3.8, 5.8]),
        (Qt.Key.Key_Down, [1.5, 4.5]),
    ],
)
def test_keys_move_along_and_zoom(qtbot, view, key, expected):
    qtbot.keyClick(view, key)
    assert visible(view) == pytest.approx(expected)


def test_moving_along_ends_with_the_sound(qtbot, view):
    for _ in range(9):
        qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert visible(view) == pytest.approx([8.0, 10.0])


def test_ctrl_e_shows_what_is_chosen(qtbot, window, view, session):
    assert not window.view_actions.fit_selection.isEnabled()
    session.document.selection.select(Selection(5.0, 6.0))
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    assert visible(view) == pytest.approx([5.0, 6.0])


@pytest.mark.parametrize(
    ("angle", "modifier"),
    [
        (QPoint(0, 120), Qt.KeyboardModifier.ShiftModifier),
        (QPoint(120, 0), Qt.KeyboardModifier.NoModifier),
    ],
)
def test_the_wheel_moves_along_sideways_or_with_shift(view, angle, modifier):
    place = QPointF(view.rect().center())
    event = QWheelEvent(
        place,
        QPointF(view.mapToGlobal(place.toPoint())),
        QPoint(),
        angle,
        Qt.MouseButton.NoButton,
        modifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
    assert visible(view) == pytest.approx([1.8, 3.8])


def test_colours_are_chosen_by_menu_or_panel_and_remembered(qtbot, window, view, session, memory):
    magma = next(a for a in window.view_actions.maps.actions() if a.data() == ColourMap.MAGMA)
    magma.trigger()
    assert session.document.colour_scale.colour_map is ColourMap.MAGMA
    panel = window.findChild(ColourPanel)
    panel._low.setValue(-80)
    assert session.document.colour_scale.low_db == -80
    with qtbot.waitSignal(session.stopped):
        window.close()
    assert memory.text("picture_style") == "magma -80 8 fixed -105 -15"


def click(qtbot, view, time_s):
    scene = view.getViewBox().mapViewToScene(QPointF(time_s, 30.0))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.mapFromScene(scene))


def test_a_click_outside_ends_a_selection(qtbot, view, session):
    selection = session.document.selection
    selection.select(Selection(2.5, 3.0))
    click(qtbot, view, 2.75)
    qtbot.wait(50)
    assert selection.current is not None
    click(qtbot, view, 3.5)
    qtbot.waitUntil(lambda: selection.current is None)


def test_home_scrolls_to_the_start_wherever_the_play_head_is(qtbot, view, window):
    assert visible(view) == [2.0, 4.0]
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert visible(view) == pytest.approx([0.0, 2.0])


def test_the_legend_goes_with_the_run(qtbot, window, session, gated):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    session.generate()
    legend = window.viewer_panel.findChild(TileLegend)
    qtbot.waitUntil(legend.isVisible)
    gated.open_gate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert not legend.isVisible()
    assert session.document.tiles.tiles
