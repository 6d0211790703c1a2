"""The ruler: where a click leads, and what is in sight."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from tests.app.views.arrangement.conftest import drag


def test_a_click_and_a_drag_lead_the_play_head(qtbot, view):
    ruler, moments = view.ruler, []
    ruler.scrub_requested.connect(moments.append)
    with qtbot.waitSignal(ruler.scrub_ended):
        drag(ruler, QPoint(100, 10), QPoint(200, 10), QPoint(-50, 10))
    per_px = view.time.length_s / ruler.width()
    assert moments == pytest.approx([100 * per_px, 200 * per_px, 0.0])


def test_a_drag_with_shift_marks_and_a_double_click_takes_the_mark_away(view, model):
    ruler, shift = view.ruler, Qt.KeyboardModifier.ShiftModifier
    per_px = view.time.length_s / ruler.width()
    drag(ruler, QPoint(300, 10), QPoint(200, 10), QPoint(100, 10), modifiers=shift)
    assert model.range_s == pytest.approx((100 * per_px, 300 * per_px))
    QTest.mouseDClick(ruler, Qt.MouseButton.LeftButton, pos=QPoint(200, 10))
    assert model.range_s is None


def test_the_ruler_lies_above_the_lanes(view):
    ruler_x = view.ruler.mapToGlobal(QPoint(0, 0)).x()
    assert ruler_x == view.canvas.mapToGlobal(QPoint(0, 0)).x()
    assert abs(view.ruler.width() - view.canvas.width()) <= 12  # a scroll bar beside the lanes


def test_the_bar_below_scrolls_and_follows(qtbot, view):
    view.time.zoom(4.0, 5.0)
    view._bar.setValue(300)
    assert view.time.start_s == 3.0
    assert view.ruler.accessibleDescription().startswith("0:03.0 to ")
    view.fit()
    assert view._bar.value() == 0


def test_keys_zoom_about_the_play_head(view, transport, playback):
    transport.duration_s = transport.available_s = 10.0
    playback.position_s = 2.0
    transport.poll()
    place = (2.0 - view.time.start_s) / view.time.length_s
    view.zoom_in()
    assert (2.0 - view.time.start_s) / view.time.length_s == pytest.approx(place)
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)  # nothing is chosen: it is the window's
    view.zoom_out()
    view.zoom_out()
    assert view.time.start_s == 0.0
