"""The lanes: layers are chosen, moved, trimmed and faded by real mouse events."""

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.view_models.takes.list_item import takes_as_mime_data
from tests.app.view_models.arrangement.conftest import RATE
from tests.app.views.arrangement.conftest import drag

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
NEAR = round(0.05 * RATE)  # some pixels


@pytest.fixture
def edits(model):
    found = []
    model.edited.connect(lambda *values: found.append(values))
    return found


def test_a_click_chooses_a_layer_and_ctrl_another_one(view, model, at):
    QTest.mouseClick(view.canvas, LEFT, pos=at(1))
    assert model.chosen == (3,)
    QTest.mouseClick(view.canvas, LEFT, CTRL, at(5, row=1))
    assert model.chosen == (3, 5)
    QTest.mouseClick(view.canvas, LEFT, pos=at(7))
    assert model.chosen == (4,)


def test_a_click_beside_layers_goes_there_and_chooses_the_track(qtbot, view, model, at):
    model.choose([3])
    with qtbot.waitSignal(view.canvas.seek_requested) as sought:
        QTest.mouseClick(view.canvas, LEFT, pos=at(1, row=1))
    assert sought.args[0] == pytest.approx(1.0, abs=0.02)
    assert (model.chosen, model.track_id) == ((), 2)


def test_a_drag_beside_layers_chooses_what_it_touches(qtbot, view, model, at):
    with qtbot.assertNotEmitted(view.canvas.seek_requested):
        drag(view.canvas, at(9), at(7.5), at(7, row=1))
    assert model.chosen == (5, 4)
    drag(view.canvas, at(5), at(5.2), at(5.1))
    assert model.chosen == ()


def test_the_body_moves_a_layer_in_one_edit(view, model, at, edits):
    before = model.arrangement
    drag(view.canvas, at(7), at(7.3), at(7.7), at(7.5))
    assert model.arrangement.layer(4).start == pytest.approx(6.5 * RATE, abs=NEAR)
    assert len(edits) == 1
    assert edits[0][0] == before


def test_a_layer_moves_to_another_track_and_below_the_last_to_a_new_one(view, model, at):
    drag(view.canvas, at(7), at(7.05), at(7, row=1))
    assert model.arrangement.layer(4).track_id == 2
    drag(view.canvas, at(1), at(1.05), at(1, row=2))
    assert [one.track_id for one in model.arrangement.tracks][-1] == model.current.track_id
    assert len(model.arrangement.tracks) == 3


def test_all_that_is_chosen_moves_along(view, model, at):
    model.choose([3, 4])
    drag(view.canvas, at(7), at(7.5), at(8))
    starts = [one.start for one in model.arrangement.layers]
    assert starts[0] == pytest.approx(RATE, abs=NEAR)
    assert starts[1] - starts[0] == 6 * RATE


def test_edges_attract_a_moved_layer_and_shift_frees_it(view, model, at):
    model.choose([4])
    drag(view.canvas, at(7), at(5.5), at(5.04))
    assert model.arrangement.layer(4).start == 4 * RATE  # where layer 3 ends
    model.restore(model.arrangement.move_layers([4], 2 * RATE))
    shift = Qt.KeyboardModifier.ShiftModifier
    drag(view.canvas, at(7), at(5.5), at(5.04), modifiers=shift)
    assert model.arrangement.layer(4).start not in (4 * RATE, 6 * RATE)


def test_a_layer_that_is_dragged_out_of_sight_is_followed(view, model, at):
    view.time.show(4.0, 9.0)
    beyond = QPoint(view.canvas.width() + 20, at(7).y())
    drag(view.canvas, at(7), *[beyond + QPoint(n, 0) for n in range(10)])
    assert view.time.start_s > 4.5
    assert model.arrangement.layer(4).start > 8 * RATE


def test_the_scale_stays_while_a_layer_is_dragged_and_fits_afterwards(view, model, at):
    length_s = view.time.length_s
    drag(view.canvas, at(7), at(8), at(9.5), releases=False)
    assert view.time.length_s == length_s
    view.canvas.setFocus()
    model.edit(model.arrangement)
    assert view.time.length_s > length_s


def test_edges_trim(view, model, at):
    edge = at(4) - QPoint(2, 0)
    drag(view.canvas, edge, edge - QPoint(20, 0), at(3.4))
    assert model.arrangement.layer(3).stop == pytest.approx(3.4 * RATE, abs=NEAR)
    edge = at(6) + QPoint(2, 0)
    drag(view.canvas, edge, edge + QPoint(20, 0), at(6.6))
    assert model.arrangement.layer(4).start == pytest.approx(6.6 * RATE, abs=NEAR)


def test_the_squares_at_the_corners_fade(view, model, at):
    geometry = view.canvas.geometry_of_lanes
    squares = geometry.fade_squares(model.arrangement.layer(3))
    fade_in, fade_out = (square.center().toPoint() for square in squares.values())
    drag(view.canvas, fade_in, fade_in + QPoint(20, 0), at(1, y_px=fade_in.y()))
    assert model.arrangement.layer(3).fade_in == pytest.approx(RATE, abs=2 * NEAR)
    drag(view.canvas, fade_out, fade_out - QPoint(20, 0), at(3, y_px=fade_out.y()))
    assert model.arrangement.layer(3).fade_out == pytest.approx(RATE, abs=2 * NEAR)


def test_the_edge_of_a_layer_that_repeats_says_how_long(view, model, at):
    model.choose([4])
    view.layer_commands.loop()
    edge = at(8 + 2) - QPoint(2, 0)
    drag(view.canvas, edge, edge - QPoint(20, 0), at(9))
    layer = model.arrangement.layer(4)
    assert layer.is_looped
    assert layer.stop == pytest.approx(9 * RATE, abs=NEAR)


def test_esc_gives_a_drag_up(view, model, at, edits):
    before = model.arrangement
    drag(view.canvas, at(7), at(7.5), at(8), releases=False)
    assert model.arrangement != before
    view.canvas.setFocus()
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert (model.arrangement, edits) == (before, [])
    QTest.keyClick(view.canvas, Qt.Key.Key_Escape)
    assert model.chosen == ()


def test_a_hand_that_shakes_while_it_clicks_moves_nothing(view, at, edits):
    drag(view.canvas, at(7), at(7) + QPoint(2, 1))
    assert edits == []


def test_a_double_click_opens_a_layer(qtbot, view, at):
    with qtbot.waitSignal(view.canvas.layer_opened) as opened:
        QTest.mouseDClick(view.canvas, LEFT, pos=at(5, row=1))
    assert opened.args == [5]


def turn(widget, point, notches, modifiers=Qt.KeyboardModifier.NoModifier):
    place = QPointF(point)
    event = QWheelEvent(
        place,
        widget.mapToGlobal(place),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def test_the_wheel_zooms_moves_along_and_changes_the_gain(view, model, at):
    before_s = view.time.length_s
    turn(view.canvas, at(5), 1)
    assert view.time.length_s == pytest.approx(before_s / 1.5)
    start_s = view.time.start_s
    turn(view.canvas, at(5), -1, Qt.KeyboardModifier.ShiftModifier)
    assert view.time.start_s > start_s
    turn(view.canvas, at(5, row=1), -3, CTRL)
    assert model.arrangement.layer(5).gain_db == -3


def test_takes_of_the_history_are_dropped_where_they_should_begin(qtbot, view, at):
    data, actions = takes_as_mime_data(["a", "b"]), Qt.DropAction.CopyAction
    none = Qt.KeyboardModifier.NoModifier
    entered = QDragEnterEvent(at(2, row=1), actions, data, LEFT, none)
    QApplication.sendEvent(view.canvas, entered)
    assert entered.isAccepted()
    with qtbot.waitSignal(view.canvas.takes_dropped) as dropped:
        event = QDropEvent(QPointF(at(4.03, row=1)), actions, data, LEFT, none)
        QApplication.sendEvent(view.canvas, event)
    assert dropped.args == [["a", "b"], 4 * RATE, 1]


class PaintedRegions(QObject):
    """Notes what of a widget is painted."""

    def __init__(self, widget):
        super().__init__(widget)
        self.widths = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self.widths.append(sum(rect.width() for rect in event.region()))
        return False


def test_the_play_head_repaints_two_narrow_columns(qtbot, view, transport, playback):
    transport.duration_s = transport.available_s = 10.0
    painted = PaintedRegions(view.canvas)
    playback.position_s = 5.0
    transport.poll()
    qtbot.waitUntil(lambda: len(painted.widths) > 0)
    assert painted.widths == [5]  # at the left border one of its columns is cut off


def test_what_is_chosen_is_said(view, model):
    model.choose([5])
    assert view.canvas.accessibleDescription() == "wind · Track 2 · 0:03.00 to 0:08.00"
    model.choose([3, 5])
    assert view.canvas.accessibleDescription() == "2 layers chosen"
    model.choose([])
    assert view.canvas.accessibleDescription() == "3 layers on 2 tracks · 0:08.0"
