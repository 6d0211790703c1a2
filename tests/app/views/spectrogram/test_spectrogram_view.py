"""The spectrogram as painted: what is loud is bright, where and when it is loud."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.session.measurement_workers import piece_codes
from app.view_models.picture.colour_scale import ColourScaleModel
from app.view_models.picture.measured_spectrogram import MeasuredSound, MeasuredSpectrogram
from app.view_models.transport.transport import TransportModel
from app.view_models.viewer.live_preview import LivePreviewModel
from app.view_models.viewer.selection import SelectionModel
from app.view_models.viewer.spectrogram import SpectrogramModel
from app.view_models.viewer.tile_grid import TileGridModel
from app.views.clip.clip_view_box import ZOOM_STEP
from app.views.spectrogram.spectrogram_view import SpectrogramView
from app.views.widgets.theme import DARK
from core.api.config import TilingMode
from core.api.events import DenoisingStep, TilePlanned
from core.api.region import Region, Span
from core.frequency_scale import LinearFrequencies, LogFrequencies
from core.mel_scale import edge_to_hz

WHOLE = Region(Span(0, 400), Span(0, 64))


@pytest.fixture
def spectrogram(qapp):
    return SpectrogramModel()


@pytest.fixture
def transport(qapp, playback):
    return TransportModel(playback)


@pytest.fixture
def live_preview(qapp):
    return LivePreviewModel()


@pytest.fixture
def measured(qapp):
    return MeasuredSpectrogram()


@pytest.fixture
def tiles(qapp):
    return TileGridModel()


@pytest.fixture
def view(qtbot, live_preview, measured, spectrogram, tiles, *, transport):
    view = SpectrogramView(
        spectrogram,
        live_preview=live_preview,
        measured=measured,
        tiles=tiles,
        selection=SelectionModel(spectrogram),
        colour_scale=ColourScaleModel(spectrogram),
        transport=transport,
        theme=DARK,
    )
    qtbot.addWidget(view)
    view.resize(800, 400)
    view.show()
    qtbot.waitExposed(view)
    spectrogram.begin(400)
    return view


def lightness(view, time_s, mel_bin):
    """How bright the view is at a time and bin."""
    point = view.getViewBox().mapViewToScene(QPointF(time_s, mel_bin))
    return view.grab().toImage().pixelColor(view.mapFromScene(point)).lightness()


def test_a_loud_cell_shines_where_it_belongs(view, spectrogram):
    mel = np.full((400, 64), -9.0, np.float32)
    mel[100:200, 40:50] = 0.0
    spectrogram.write(WHOLE, mel)
    assert lightness(view, 1.5, 45) > lightness(view, 1.5, 20) + 50
    assert lightness(view, 1.5, 45) > lightness(view, 3.0, 45) + 50


def test_empty_cells_show_the_canvas(view, spectrogram):
    spectrogram.write(Region(Span(0, 200), WHOLE.bins), np.zeros((200, 64), np.float32))
    assert lightness(view, 1.0, 30) > 100
    assert lightness(view, 3.0, 30) < 20


def test_a_later_tile_appears_in_a_picture_already_drawn(view, spectrogram):
    assert lightness(view, 3.0, 30) < 20
    spectrogram.write(Region(Span(200, 400), WHOLE.bins), np.zeros((200, 64), np.float32))
    assert lightness(view, 3.0, 30) > 100


def test_the_latents_show_until_tiles_cover_them(view, spectrogram, live_preview):
    latents = np.full((16, 100, 8), 0.01, np.float32)
    latents[:, :, 4:] = 1.0
    live_preview.show(DenoisingStep(1, 2, latents))
    assert lightness(view, 3.0, 56) > lightness(view, 3.0, 8) + 20
    spectrogram.write(Region(Span(200, 400), WHOLE.bins), np.full((200, 64), -11, np.float32))
    assert lightness(view, 3.0, 56) == lightness(view, 3.0, 8)
    assert lightness(view, 1.0, 56) > lightness(view, 1.0, 8) + 20


def test_a_preview_is_paler_than_the_result(view, spectrogram, live_preview):
    mel = np.full((400, 64), -11.0, np.float32)
    mel[:, 32:] = 0.9  # as yellow as it gets
    live_preview.show(DenoisingStep(1, 2, np.zeros((2, 4, 8), np.float32), preview=mel))
    pale, pale_quiet = saturation(view, 1.0, 48), lightness(view, 1.0, 16)
    assert lightness(view, 1.0, 48) > pale_quiet + 50
    spectrogram.write(WHOLE, mel)
    assert saturation(view, 1.0, 48) > pale + 50


def saturation(view, time_s, mel_bin):
    """How colourful the view is at a time and bin."""
    point = view.getViewBox().mapViewToScene(QPointF(time_s, mel_bin))
    return view.grab().toImage().pixelColor(view.mapFromScene(point)).hslSaturation()


def wheel(view, place, steps, modifiers=Qt.KeyboardModifier.NoModifier):
    event = QWheelEvent(
        QPointF(place),
        QPointF(view.mapToGlobal(place)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)


def test_the_wheel_zooms_about_the_cursor_along_time_alone(view):
    box = view.getViewBox()
    place = view.mapFromScene(box.mapViewToScene(QPointF(1.0, 30)))
    before_s = box.mapSceneToView(view.mapToScene(place)).x()
    wheel(view, place, 3)
    (left, right), bins = box.viewRange()
    assert right - left < 3.5
    assert bins == [0, 64]
    assert box.mapSceneToView(view.mapToScene(place)).x() == pytest.approx(before_s, abs=0.02)


def test_with_ctrl_the_wheel_zooms_about_the_cursor_in_frequency(view):
    box, ctrl = view.getViewBox(), Qt.KeyboardModifier.ControlModifier
    place = view.mapFromScene(box.mapViewToScene(QPointF(1.0, 30)))
    before = box.mapSceneToView(view.mapToScene(place)).y()
    wheel(view, place, 2, ctrl)
    seconds, (low, high) = box.viewRange()
    assert seconds == [0, 4]
    assert high - low == pytest.approx(64 / ZOOM_STEP**2)
    assert box.mapSceneToView(view.mapToScene(place)).y() == pytest.approx(before, abs=0.3)
    wheel(view, place, 1, ctrl | Qt.KeyboardModifier.ShiftModifier)
    assert box.viewRange()[1][0] > low


def test_the_wheel_over_the_frequencies_zooms_in_them(view):
    axis = view.getAxis("left")
    place = view.mapFromScene(axis.mapToScene(axis.boundingRect().center()))
    wheel(view, place, 1)
    seconds, (low, high) = view.getViewBox().viewRange()
    assert seconds == [0, 4]
    assert high - low == pytest.approx(64 / ZOOM_STEP)


def test_frequencies_never_leave_the_picture(view):
    for share in (1.0, -1.0):
        view.zoom_in_frequencies()
        for _ in range(20):
            view.pan_frequencies(share)
        low, high = view.getViewBox().viewRange()[1]
        assert (high if share > 0 else low) == pytest.approx(64 if share > 0 else 0)
    for _ in range(20):
        view.zoom_out_frequencies()
    assert view.getViewBox().viewRange()[1] == pytest.approx([0, 64])


def test_a_loud_cell_stays_in_its_bin_when_zoomed(view, spectrogram):
    mel = np.full((400, 64), -11.0, np.float32)
    mel[:, 40] = 0
    spectrogram.write(WHOLE, mel)
    view.getViewBox().show_places(32, 48)
    assert lightness(view, 1.05, 40.5) > lightness(view, 1.05, 44.5)


def test_fit_shows_the_whole_sound_again(view):
    view.zoom_in()
    view.zoom_in()
    view.zoom_in_frequencies()
    assert view.getViewBox().viewRange()[0] != [0, 4]
    view.fit()
    assert view.getViewBox().viewRange() == [[0, 4], [0, 64]]


def test_zooming_out_stops_at_the_whole_sound(view):
    view.zoom_out()
    assert view.getViewBox().viewRange()[0] == pytest.approx([0, 4])


def test_the_page_turns_when_the_play_head_leaves_it(view, transport, playback):
    transport.begin(4.0, 16000)
    view.zoom_in()
    view.zoom_in()
    transport.seek(3.9)
    left, right = view.getViewBox().viewRange()[0]
    assert left <= 3.9 <= right


def test_the_view_stays_when_the_play_head_is_elsewhere(view, transport):
    transport.begin(4.0, 16000)
    transport.seek(0.5)
    view.show_range(2.0, 3.0)
    transport.seek(0.53)
    assert view.getViewBox().viewRange()[0] == [2.0, 3.0]


def test_the_pointer_reads_time_and_bin(qtbot, view):
    box = view.getViewBox()
    scene_place = box.mapViewToScene(QPointF(2.0, 32))
    with qtbot.waitSignal(view.pointed_at) as heard:
        view.scene().sigMouseMoved.emit(scene_place)
    assert heard.args == pytest.approx([2.0, 32.0])


def test_an_hour_of_sound_is_painted_from_few_columns(view, spectrogram):
    spectrogram.begin(360_000)
    bins = WHOLE.bins
    spectrogram.write(Region(Span(180_000, 180_010), bins), np.zeros((10, 64), np.float32))
    columns = spectrogram.columns(Span(0, 360_000), 1200)
    assert columns.codes.shape[1] <= 1500
    assert lightness(view, 1800.05, 30) > 40  # a tenth of a second in an hour is not lost


class PaintedWidths(QObject):
    """How wide the stretches are that a widget repaints."""

    def __init__(self, widget):
        super().__init__(widget)
        self.widths_px = []
        widget.installEventFilter(self)

    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self.widths_px += [rect.width() for rect in event.region()]
        return False


def test_a_moving_play_head_repaints_only_a_strip(qtbot, view, spectrogram, transport):
    spectrogram.write(WHOLE, np.zeros((400, 64), np.float32))
    transport.begin(4.0, 16000)
    painted = PaintedWidths(view.viewport())
    transport.seek(1.0)
    qtbot.waitUntil(lambda: bool(painted.widths_px))
    for position_s in (1.02, 1.04, 1.06):
        painted.widths_px.clear()
        transport.seek(position_s)
        qtbot.waitUntil(lambda: bool(painted.widths_px))
        assert max(painted.widths_px) < 60


def test_tiles_stay_off_the_axes(view, tiles):
    view.show_range(1.0, 2.0)
    before = view.grab().toImage()
    tiles.plan(TilePlanned(TilingMode.EXACT, (WHOLE,), (WHOLE,), ""))
    after = view.grab().toImage()
    left = int(view.getViewBox().sceneBoundingRect().left())
    axis = QRect(0, 0, left - 1, view.height())
    assert after.copy(axis) == before.copy(axis)
    assert after != before


def measure(measured, question):
    for piece in question.pieces:
        measured.answer(question.sound, piece, piece_codes(question.sound, piece))


def test_a_measured_sine_shines_at_its_frequency_over_every_axis(
    qtbot, view, spectrogram, measured
):
    spectrogram.write(WHOLE, np.full((400, 64), -9.0, np.float32))
    times = np.arange(4 * 48_000) / 48_000
    sine = (0.5 * np.sin(2 * np.pi * 15_000 * times)).astype(np.float32)
    measured.wanted.connect(lambda question: measure(measured, question))
    for scale in (LinearFrequencies(24_000.0), LogFrequencies(24_000.0)):
        measured.begin(MeasuredSound(sine, 48_000, 2048))
        spectrogram.set_scale(scale)
        place = scale.place_of(15_000.0)
        qtbot.waitUntil(lambda place=place: lightness(view, 2.0, place) > 60)
        assert lightness(view, 2.0, scale.place_of(5000.0)) < lightness(view, 2.0, place) - 50
        assert view.getViewBox().viewRange()[1] == pytest.approx([0.0, scale.height])


def test_another_axis_shows_the_same_frequencies(view, spectrogram):
    view.getViewBox().show_places(20, 40)
    mel, linear = spectrogram.scale, LinearFrequencies(24_000.0)
    spectrogram.set_scale(linear)
    shown = view.getViewBox().viewRange()[1]
    assert shown == pytest.approx([mel.hz_at(20), mel.hz_at(40)])
    assert "Hz" in view.accessibleDescription()


def test_tiles_lie_at_their_frequencies_over_any_axis(view, spectrogram, tiles):
    half = Region(Span(0, 400), Span(0, 32))
    tiles.plan(TilePlanned(TilingMode.EXACT, (half,), (half,), ""))
    spectrogram.set_scale(LinearFrequencies(8000.0))
    rect = view._grid._rect(half)
    assert (rect.top(), rect.bottom()) == pytest.approx((0.0, edge_to_hz(32, spectrogram.params)))
