"""Markers in the real window: set, named, moved and removed, with mouse and keyboard."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from app.view_models.takes.session_state import SessionState
from app.view_models.viewer.selection import Selection
from core.api.take import Marker
from core.sound_files.reading.cue_points import CuePoint, read_cues
from tests.app.views.clip.test_selection_item import move

FLAG_PX = QPoint(4, 8)


@pytest.fixture
def markers(qtbot, studio):
    """Those of a take of four seconds, on show."""
    session = studio.session
    session.document.draft.fill(
        {"num_inference_steps": 2, "duration_s": 4.0, "prompt": "rain on a tent"}
    )
    qtbot.mouseClick(studio.window.prompt_panel.button, Qt.MouseButton.LeftButton)
    markers = session.document.markers
    qtbot.waitUntil(lambda: markers.can_mark and session.state is SessionState.IDLE)
    studio.window.viewer_panel.view.setFocus()
    return markers


@pytest.fixture
def press(qtbot, studio):
    """Press a key in the spectrogram."""
    return lambda *keys: qtbot.keyClick(studio.window.viewer_panel.view, *keys)


def flag(view, time_s):
    """The flag of a marker, in pixels of the view's viewport."""
    box = view.getViewBox()
    top = view.mapFromScene(box.sceneBoundingRect().topLeft()).y()
    place = view.mapFromScene(box.mapViewToScene(QPointF(time_s, 1.0)))
    return QPoint(place.x(), top) + FLAG_PX


def test_a_key_sets_one_at_the_play_head(studio, markers, press):
    for time_s in (1.0, 3.0):
        studio.session.document.transport.seek(time_s)
        press(Qt.Key.Key_M)
    assert markers.current == (Marker(1.0, "Marker 1"), Marker(3.0, "Marker 2"))
    assert studio.window.status_line.text.startswith("Marker 2 at 0:03.00 (F2")


def test_keys_go_from_one_to_the_next(studio, markers, press):
    transport = studio.session.document.transport
    for time_s in (1.0, 3.0):
        markers.add(time_s, "")
    transport.seek(2.0)
    press(Qt.Key.Key_Comma)
    assert (transport.position_s, markers.chosen) == (1.0, Marker(1.0))
    press(Qt.Key.Key_Period)
    assert (transport.position_s, markers.chosen) == (3.0, Marker(3.0))
    press(Qt.Key.Key_Period)
    assert transport.position_s == 3.0
    assert studio.window.status_line.text == "There is no marker there."


def test_the_stretch_between_two_is_selected(studio, markers, press):
    for time_s in (1.0, 3.0):
        markers.add(time_s, "")
    studio.session.document.transport.seek(2.0)
    press(Qt.Key.Key_J)
    assert studio.session.document.selection.current == Selection(1.0, 3.0)


def test_the_chosen_one_is_named_moved_and_removed_with_undo(studio, markers, dialogs, press):
    def type_a_name(dialog):
        QTest.keyClicks(dialog.field, "Bridge")
        QTest.keyClick(dialog.field, Qt.Key.Key_Return)
        return True

    dialogs.filled_in = type_a_name
    markers.add(1.0, "Marker 1")
    press(Qt.Key.Key_F2)
    assert markers.current == (Marker(1.0, "Bridge"),)
    studio.session.document.transport.seek(2.0)
    studio.window.marker_actions.move_to_head.trigger()
    assert markers.current == (Marker(2.0, "Bridge"),)
    press(Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert markers.current == ()
    for expected in (Marker(2.0, "Bridge"), Marker(1.0, "Bridge"), Marker(1.0, "Marker 1")):
        press(Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        assert markers.current == (expected,)


def test_a_flag_is_dragged_and_clicked(qtbot, studio, markers):
    view, port = studio.window.viewer_panel.view, studio.window.viewer_panel.view.viewport()
    markers.add(1.0, "verse")
    markers.choose(None)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    qtbot.mouseMove(port, flag(view, 1.0))
    qtbot.mousePress(port, left, none, flag(view, 1.0))
    for time_s in (1.5, 2.5):
        view.scene()._lastMoveEventTime = 0.0
        move(port, flag(view, time_s), none)
    assert markers.current == (Marker(1.0, "verse"),)
    qtbot.mouseRelease(port, left, none, flag(view, 2.5))
    (moved,) = markers.current
    assert moved.time_s == pytest.approx(2.5, abs=0.02)
    assert studio.session.document.selection.current is None

    markers.choose(None)
    view.scene()._lastMoveEventTime = 0.0
    qtbot.mouseMove(port, flag(view, moved.time_s))
    qtbot.mouseClick(port, left, none, flag(view, moved.time_s))
    assert markers.chosen == moved
    assert studio.session.document.transport.position_s == pytest.approx(moved.time_s)


def test_the_menu_sets_one_where_it_was_opened(studio, markers):
    view = studio.window.viewer_panel.view
    place = view.viewport().mapToGlobal(flag(view, 3.0) + QPoint(-4, 60))
    view.menu_requested.emit(place)
    studio.window.marker_actions.add_here.trigger()
    studio.window.clip_menu.close()
    assert markers.current[0].time_s == pytest.approx(3.0, abs=0.02)


def test_an_export_has_a_cue_point_for_each(qtbot, studio, markers, dialogs, tmp_path):
    markers.add(1.0, "verse")
    dialogs.save = str(tmp_path / "out.wav"), ""
    with qtbot.waitSignal(studio.file_export.written):
        studio.window.actions_.export.trigger()
    assert read_cues(tmp_path / "out.wav") == [CuePoint(16_000, "verse")]


def test_a_screen_reader_says_them(studio, markers):
    markers.add(2.0, "verse")
    for view in (studio.window.viewer_panel.view, studio.window.viewer_panel.waveform_view):
        assert "Markers: verse 0:02.00." in view.accessibleDescription()


def test_markers_are_seen_over_spectrogram_and_overview(studio, markers):
    panel = studio.window.viewer_panel
    before = [pixels(panel.view.viewport()), pixels(panel.overview)]
    markers.add(2.0, "verse")
    after = [pixels(panel.view.viewport()), pixels(panel.overview)]
    assert [np.array_equal(*pair) for pair in zip(before, after, strict=True)] == [False, False]


def pixels(widget):
    image = widget.grab().toImage().convertToFormat(widget.grab().toImage().Format.Format_RGB32)
    return np.frombuffer(image.constBits(), np.uint8).copy()
