"""The waveform in the real window: beside the spectrogram, over the same time."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt

from app.view_models.picture.waveform_model import WaveformPlace
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection
from app.views.waveform.level_axis import place_of
from core.api.request import GenerationRequest
from core.api.take import Take
from tests.app.views.clip.test_selection_item import drag

RATE = 16_000


@pytest.fixture
def waveform(window, session):
    """The view below the spectrogram: loud at the left from 1 s to 2 s, full scale at 3 s."""
    samples = np.zeros((4 * RATE, 2), np.float32)
    samples[RATE : 2 * RATE, 0] = 0.5 * np.sin(np.arange(RATE))
    samples[3 * RATE, 1] = 1.0
    request = GenerationRequest(recording="voice.wav", duration_s=4.0)
    take = Take(
        request=request, sample_rate=RATE, waveform=samples, mel=np.zeros((400, 64), np.float32)
    )
    session.viewer.show(open_take("id", take), quietly=True)
    session.document.waveform.choose_place(WaveformPlace.BELOW)
    return window.viewer_panel.waveform_view


def colour(view, time_s, place):
    point = view.mapFromScene(view.getViewBox().mapViewToScene(QPointF(time_s, place)))
    return view.grab().toImage().pixelColor(point)


def test_each_channel_has_a_lane(waveform, session):
    silent = colour(waveform, 0.5, place_of(0.3, 0, 2))
    assert colour(waveform, 1.5, place_of(0.3, 0, 2)) != silent
    assert colour(waveform, 1.5, place_of(0.3, 1, 2)) == silent
    assert "−6.0 dB" not in waveform.accessibleDescription()
    assert "0.0 dB at most" in waveform.accessibleDescription()


def test_a_sample_at_full_scale_is_marked(waveform):
    box = waveform.getViewBox()
    mark = waveform.mapFromScene(box.mapViewToScene(QPointF(3.0, 0.5)))
    image = waveform.grab().toImage()
    found = [
        image.pixelColor(mark.x() + dx, mark.y() + dy) for dx in range(-2, 4) for dy in range(6)
    ]
    assert any(one.red() > one.blue() + 60 for one in found)


def test_both_pictures_show_the_same_time(window, waveform):
    view = window.viewer_panel.view
    view.show_range(1.0, 2.0)
    assert waveform.getViewBox().viewRange()[0] == pytest.approx([1.0, 2.0])
    waveform.show_range(2.0, 2.5)
    assert view.getViewBox().viewRange()[0] == pytest.approx([2.0, 2.5])
    left = [one.getViewBox().sceneBoundingRect().left() for one in (view, waveform)]
    assert left[0] == pytest.approx(left[1], abs=1)


def test_a_drag_in_the_waveform_selects_time(qtbot, window, waveform, session):
    drag(qtbot, waveform, (1.0, 0.3), (3.0, 0.8), Qt.KeyboardModifier.ControlModifier)
    chosen = session.document.selection.current
    assert (chosen.start_s, chosen.stop_s) == pytest.approx((1.0, 3.0), abs=0.03)
    assert chosen.band_hz is None


def test_an_edge_that_is_dragged_keeps_the_band(qtbot, waveform, session):
    session.document.selection.select(Selection(1.0, 2.0, (500.0, 900.0)))
    drag(qtbot, waveform, (2.0, 0.5), (3.0, 0.5))
    chosen = session.document.selection.current
    assert chosen.stop_s == pytest.approx(3.0, abs=0.03)
    assert chosen.band_hz == (500.0, 900.0)


def test_a_click_moves_the_play_head(qtbot, waveform, session):
    place = waveform.mapFromScene(waveform.getViewBox().mapViewToScene(QPointF(2.0, 0.5)))
    qtbot.mouseClick(waveform.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: session.document.transport.position_s == pytest.approx(2.0, abs=0.03))
    assert waveform._play_head.value() == pytest.approx(2.0, abs=0.03)


def test_it_takes_the_place_of_the_spectrogram_with_its_keys(qtbot, window, waveform, session):
    panel = window.viewer_panel
    panel.view.setFocus()
    actions = {action.data(): action for action in window.picture_actions.waveforms.actions()}
    actions[WaveformPlace.INSTEAD].trigger()
    assert not panel.view.isVisible()
    assert waveform.hasFocus()
    session.document.selection.select(Selection(1.0, 2.0))
    assert waveform.selection_bar.isVisible()
    window.prompt_panel.focus_prompt()
    panel.view.setFocus()
    assert waveform.hasFocus()
    qtbot.keyClick(waveform, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert session.document.selection.current.stop_s == pytest.approx(2.04)
    qtbot.keyClick(waveform, Qt.Key.Key_Escape)
    assert session.document.selection.current is None
    qtbot.keyClick(waveform, Qt.Key.Key_Up)
    assert waveform.getViewBox().viewRange()[0] != [0.0, 4.0]
    actions[WaveformPlace.OFF].trigger()
    assert panel.view.hasFocus()
    assert not waveform.isVisible()


def test_the_place_is_remembered(qtbot, window, waveform, session, memory):
    with qtbot.waitSignal(session.stopped):
        window.close()
    assert memory.text("waveform") == "below"
    assert memory.text("picture") == "mel 2048"


def test_the_pointer_reads_the_loudest_sample(qtbot, window, waveform):
    place = waveform.getViewBox().mapViewToScene(QPointF(3.0, 0.5))
    with qtbot.waitSignal(waveform.pointed_at):
        waveform.scene().sigMouseMoved.emit(place)
    assert waveform.peak_text(3.0) == "0.0 dB"
    assert waveform.peak_text(0.5) == "silence"
