"""Choosing a part of the sound with mouse and keyboard, in the real window."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel

from app.view_models.takes.session_state import SessionState
from app.view_models.viewer.selection import Selection
from app.views.viewer.selection_read_out import SelectionReadOut
from core.frequency_scale import LinearFrequencies
from tests.app.frequency_bands import MEL, mel_band


@pytest.fixture
def view(window, session):
    session.document.spectrogram.begin_seconds(4.0)
    return window.viewer_panel.view


def place_of(view, time_s, mel_bin):
    return view.mapFromScene(view.getViewBox().mapViewToScene(QPointF(time_s, mel_bin)))


def drag(qtbot, view, start, stop, modifier=Qt.KeyboardModifier.NoModifier):
    """Press at one (seconds, bin), release at another, stopping on the way as hands do."""
    middle = tuple((a + b) / 2 for a, b in zip(start, stop, strict=True))
    port, left = view.viewport(), Qt.MouseButton.LeftButton
    qtbot.mouseMove(port, place_of(view, *start))
    qtbot.mousePress(port, left, modifier, place_of(view, *start))
    for point in (middle, stop):
        view.scene()._lastMoveEventTime = 0.0  # moves of a test come faster than a mouse's
        move(port, place_of(view, *point), modifier)
    qtbot.mouseRelease(port, left, modifier, place_of(view, *stop))


def move(port, place, modifier):
    """Move with the left button held, and keys with it."""
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(port.mapToGlobal(place)),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        modifier,
    )
    QApplication.sendEvent(port, event)


def read_out(window) -> QLabel:
    return window.findChild(SelectionReadOut)


def test_a_drag_chooses_a_stretch_of_time_and_says_so(qtbot, window, view, session):
    drag(qtbot, view, (1.0, 20), (3.0, 50))
    assert session.document.selection.current.start_s == pytest.approx(1.0, abs=0.02)
    assert session.document.selection.current.stop_s == pytest.approx(3.0, abs=0.02)
    assert session.document.selection.current.band_hz is None
    assert "to 0:03." in read_out(window).text()
    assert "Hz" not in read_out(window).text()


def test_with_ctrl_a_drag_chooses_frequencies_too(qtbot, window, view, session):
    drag(qtbot, view, (1.0, 20), (3.0, 50), Qt.KeyboardModifier.ControlModifier)
    low, high = map(MEL.place_of, session.document.selection.current.band_hz)
    assert abs(low - 20) <= 1
    assert abs(high - 51) <= 1
    assert read_out(window).text().endswith("Hz")


def test_the_band_can_be_heard_alone(qtbot, window, view, session, playback):
    drag(qtbot, view, (1.0, 20), (3.0, 50), Qt.KeyboardModifier.ControlModifier)
    assert playback.band_hz is None
    window.play_actions.band.trigger()
    assert playback.band_hz == session.document.selection.band_hz
    assert read_out(window).text().endswith("heard alone")
    session.document.selection.clear()
    assert playback.band_hz is None


def test_over_another_axis_a_drag_chooses_what_is_heard_there(
    qtbot, window, view, session, *, playback
):
    session.document.spectrogram.set_scale(LinearFrequencies(24_000.0))
    ctrl = Qt.KeyboardModifier.ControlModifier
    drag(qtbot, view, (1.0, 10_000), (3.0, 15_000), ctrl)
    assert session.document.selection.band_hz == pytest.approx((10_000, 15_000), abs=120)
    window.play_actions.band.trigger()
    assert playback.band_hz == session.document.selection.band_hz
    drag(qtbot, view, (2.0, playback.band_hz[1]), (2.0, 20_000))
    assert session.document.selection.band_hz[1] == pytest.approx(20_000, abs=120)
    view.setFocus()
    before = session.document.selection.band_hz
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert session.document.selection.band_hz == pytest.approx((before[0], before[1] - 240))


def test_the_frequency_tool_does_so_without_a_key(qtbot, window, view, session):
    window.selection_actions.frequencies.trigger()
    drag(qtbot, view, (1.0, 20), (3.0, 50))
    assert session.document.selection.current.band_hz is not None


def test_an_edge_can_be_dragged(qtbot, view, session):
    session.document.selection.select(Selection(1.0, 2.0))
    drag(qtbot, view, (2.0, 30), (3.0, 30))
    assert session.document.selection.current.start_s == 1.0
    assert session.document.selection.current.stop_s == pytest.approx(3.0, abs=0.02)


def test_arrow_keys_move_the_edges(qtbot, view, session):
    session.document.selection.select(Selection(1.0, 2.0))
    view.setFocus()
    shift, both = (
        Qt.KeyboardModifier.ShiftModifier,
        Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier,
    )
    qtbot.keyClick(view, Qt.Key.Key_Right, shift)
    qtbot.keyClick(view, Qt.Key.Key_Left, both)
    qtbot.keyClick(view, Qt.Key.Key_Down, shift)
    qtbot.keyClick(view, Qt.Key.Key_Up, both)
    chosen = session.document.selection.current
    assert (chosen.start_s, chosen.stop_s) == pytest.approx((0.96, 2.04))
    assert chosen.band_hz == mel_band(1, 63)


def test_ctrl_a_chooses_all_and_escape_nothing(qtbot, view, session):
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert session.document.selection.current == Selection(0.0, 4.0)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert session.document.selection.current is None


def test_escape_clears_the_selection_before_it_cancels_a_run(qtbot, window, session, engine):
    engine.shut_gate()
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 4.0})
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.shows_run)
    session.document.selection.select_all()
    window.viewer_panel.view.setFocus()
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_Escape)
    assert session.document.selection.current is None
    assert session.state is SessionState.RUNNING
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: session.state is SessionState.IDLE)


def test_shift_and_a_click_extend_from_the_play_head(qtbot, view, session):
    qtbot.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.ShiftModifier,
        place_of(view, 2.0, 30),
    )
    assert session.document.selection.current.stop_s == pytest.approx(2.0, abs=0.02)


def test_brackets_set_the_edges_at_the_play_head(qtbot, view, session, playback):
    session.document.transport.begin(4.0, 16000)
    session.document.transport.seek(1.5)
    view.setFocus()
    qtbot.keyClick(view, "[")
    session.document.transport.seek(2.5)
    qtbot.keyClick(view, "]")
    assert session.document.selection.current == Selection(1.5, 2.5)


def test_the_ruler_draws_the_play_head(qtbot, window, view, session, playback):
    session.document.transport.begin(4.0, 16000)
    ruler = place_of(view, 1.0, 0).y() + 12
    port, left, none = view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    at = {time_s: QPoint(place_of(view, time_s, 0).x(), ruler) for time_s in (1.0, 2.0, 3.0)}
    qtbot.mouseMove(port, at[1.0])
    qtbot.mousePress(port, left, none, at[1.0])
    for time_s in (2.0, 3.0):
        view.scene()._lastMoveEventTime = 0.0
        move(port, at[time_s], none)
        assert session.document.transport.position_s == pytest.approx(time_s, abs=0.05)
    qtbot.mouseRelease(port, left, none, at[3.0])
    assert playback.position_s == pytest.approx(3.0, abs=0.05)
    assert session.document.selection.current is None


def test_l_loops_what_is_chosen_and_shift_space_plays_it(qtbot, window, view, session, playback):
    session.document.transport.begin(4.0, 16000)
    session.document.transport.note_available(4.0)
    session.document.transport.pause()
    session.document.selection.select(Selection(1.0, 2.0))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Space, Qt.KeyboardModifier.ShiftModifier)
    assert playback.stretch_s == (1.0, 2.0)
    qtbot.keyClick(view, Qt.Key.Key_L)
    assert playback.loop_s == (1.0, 2.0)


def test_k_keeps_a_region_while_another_is_dragged(qtbot, window, view, session):
    session.document.transport.begin(4.0, 16000)
    session.document.selection.select(Selection(1.0, 2.0))
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_K)
    session.document.selection.select(Selection(2.5, 3.0))
    assert [one.start_s for one in session.document.selection.regions] == [1.0, 2.5]
    assert "and 1 more" in window.viewer_panel.transport_bar.findChild(SelectionReadOut).text()
    image = view.grab().toImage()
    inside, outside = (place_of(view, time_s, 60) for time_s in (1.5, 2.25))
    assert image.pixelColor(inside) != image.pixelColor(outside)
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert session.document.selection.regions == ()
