"""The sound on its way into another program."""

import tempfile

import numpy as np
import pytest
import soundfile
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.studio.exports.drag_and_copy import (
    MOST_FOLDERS,
    DragAndCopy,
    Stretch,
    TakeFiles,
    as_mime_data,
)
from app.view_models.viewer.opened_take import open_take
from app.view_models.viewer.selection import Selection
from core.api.progress import Progress
from core.api.region import Span
from core.api.request import GenerationRequest
from core.api.take import Take
from core.band_pass import BandSamples
from core.sound_files.audio_file import read_audio
from core.sound_files.recording import read_recording


@pytest.fixture
def scratch(monkeypatch, tmp_path):
    """Where temporary folders are made."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def drag_and_copy(qtbot, window, session, scratch):
    session.document.draft.fill(
        {"num_inference_steps": 2, "duration_s": 2.0, "prompt": "Rain, slow"}
    )
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    drag_and_copy = DragAndCopy(window)
    yield drag_and_copy
    drag_and_copy.close()
    assert list(scratch.iterdir()) == []


@pytest.fixture
def carried(window, monkeypatch):
    """Files that were dragged, without the desktop's own drag."""
    paths = []
    handle = window.viewer_panel.transport_bar.drag_handle

    def take_files(drag):
        paths.extend(url.toLocalFile() for url in drag.mimeData().urls())

    monkeypatch.setattr(handle, "run_drag", take_files)
    return paths


def pull(qtbot, handle):
    """Press, and move far enough away."""
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=QPoint(5, 5))
    far = QPoint(5 + QApplication.startDragDistance(), 5)
    qtbot.mouseMove(handle, far)


def test_the_sound_is_dragged_out_as_a_file(qtbot, window, drag_and_copy, carried):
    pull(qtbot, window.viewer_panel.transport_bar.drag_handle)
    qtbot.waitUntil(lambda: bool(carried))
    assert carried[0].endswith("/rain-slow.wav")
    assert read_audio(carried[0])[0].shape == (1, 32_000)
    qtbot.mouseRelease(window.viewer_panel.transport_bar.drag_handle, Qt.MouseButton.LeftButton)


def test_what_is_chosen_is_dragged_alone(qtbot, window, session, drag_and_copy, carried):
    session.document.selection.select(Selection(0.5, 1.25))
    pull(qtbot, window.viewer_panel.transport_bar.drag_handle)
    qtbot.waitUntil(lambda: bool(carried))
    assert read_audio(carried[0])[0].shape == (1, 12_000)


def test_each_stretch_that_is_kept_is_a_file(qtbot, window, session, drag_and_copy, carried):
    selection = session.document.selection
    selection.select(Selection(1.0, 1.5))
    selection.keep()
    selection.select(Selection(0.25, 0.5))
    pull(qtbot, window.viewer_panel.transport_bar.drag_handle)
    qtbot.waitUntil(lambda: bool(carried))
    assert [path.rpartition("/")[2] for path in carried] == ["rain-slow-1.wav", "rain-slow-2.wav"]
    assert [read_audio(path)[0].shape[1] for path in carried] == [4_000, 8_000]


@pytest.mark.parametrize("hears_band", [True, False])
def test_a_selected_band_goes_alone_only_where_it_is_heard_so(
    qtbot, window, session, *, drag_and_copy, carried, hears_band
):
    take = session.document.shown.take
    session.document.selection.select(Selection(0.5, 1.0, (2000.0, 4000.0)))
    window.play_actions.band.setChecked(hears_band)
    pull(qtbot, window.viewer_panel.transport_bar.drag_handle)
    qtbot.waitUntil(lambda: bool(carried))
    whole = take.waveform[8_000:16_000]
    band = BandSamples(take.waveform, (2000.0, 4000.0), 16_000).read(Span(8_000, 16_000))
    expected = band if hears_band else whole
    assert not np.allclose(band, whole, atol=1e-3)
    np.testing.assert_allclose(read_audio(carried[0])[0][0], expected, atol=2**-15)


def test_a_recording_is_dragged_at_its_own_depth(qtbot, window, session, scratch, carried):
    samples, path = np.arange(16_000) / 2**23, scratch.parent / "voice.wav"
    soundfile.write(path, samples, 16_000, "PCM_24")
    take = read_recording(GenerationRequest(recording=str(path)), Progress())
    session.add_opened(open_take("voice", take))
    drag_and_copy = DragAndCopy(window)
    pull(qtbot, window.viewer_panel.transport_bar.drag_handle)
    qtbot.waitUntil(lambda: bool(carried))
    assert soundfile.info(carried[0]).subtype == "PCM_24"
    assert np.array_equal(read_audio(carried[0])[0][0], samples.astype(np.float32))
    drag_and_copy.close()


def test_a_button_released_before_the_file_exists_drags_nothing(
    qtbot, window, drag_and_copy, carried
):
    handle = window.viewer_panel.transport_bar.drag_handle
    pull(qtbot, handle)
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(drag_and_copy._files.ready):
        pass
    assert carried == []


def copied_file():
    data = QGuiApplication.clipboard().mimeData()
    urls = data.urls() if data is not None else []
    return urls[0].toLocalFile() if urls else ""


@pytest.mark.parametrize("way", ["press", "key", "command"])
def test_the_sound_is_copied_by_a_press_a_key_and_a_command(qtbot, window, drag_and_copy, way):
    QGuiApplication.clipboard().clear()
    handle = window.viewer_panel.transport_bar.drag_handle
    if way == "press":
        qtbot.mouseClick(handle, Qt.MouseButton.LeftButton)
    elif way == "key":
        qtbot.keyClick(handle, Qt.Key.Key_Space)
    else:
        window.actions_.copy_sound.trigger()
    qtbot.waitUntil(lambda: copied_file().endswith("/rain-slow.wav"))
    assert read_audio(copied_file())[0].shape == (1, 32_000)
    assert "On the clipboard" in window.status_line.text
    QGuiApplication.clipboard().clear()


def test_text_and_file_managers_get_them_their_way(tmp_path):
    paths = [tmp_path / "a b.wav", tmp_path / "c.wav"]
    data = as_mime_data(paths)
    assert data.text() == f"{paths[0]}\n{paths[1]}"
    assert [url.toLocalFile() for url in data.urls()] == [str(path) for path in paths]
    copied = bytes(data.data("x-special/gnome-copied-files").data()).decode()
    assert copied == f"copy\nfile://{tmp_path}/a%20b.wav\nfile://{tmp_path}/c.wav"


def test_the_same_sound_is_written_once_and_old_files_go(qtbot, scratch):
    file, ready = TakeFiles(), []
    file.ready.connect(ready.append)
    takes = [
        Take(
            request=GenerationRequest(),
            sample_rate=16_000,
            waveform=np.zeros(160, np.float32),
            mel=np.zeros((1, 64)),
        )
        for _ in range(MOST_FOLDERS + 2)
    ]
    for take in takes:
        for _ in range(2):
            with qtbot.waitSignal(file.ready):
                file.prepare(take, (Stretch(),))
    assert len(ready) == 2 * len(takes)
    paths = {path for paths in ready for path in paths}
    assert len(paths) == len(takes)
    assert sum(path.exists() for path in paths) == MOST_FOLDERS
    file.close()
    assert list(scratch.iterdir()) == []


def test_a_file_that_cannot_be_written_is_reported(qtbot, drag_and_copy, window, session):
    session.document.shown.take.waveform[0] = np.nan
    with qtbot.waitSignal(drag_and_copy.failed) as reported:
        window.actions_.copy_sound.trigger()
    assert "not numbers" in str(reported.args[0])


def test_a_copy_that_failed_is_not_made_up_for_by_a_drag(
    qtbot, drag_and_copy, window, session, carried
):
    QGuiApplication.clipboard().setText("mine")
    sample, session.document.shown.take.waveform[0] = (
        session.document.shown.take.waveform[0],
        np.nan,
    )
    with qtbot.waitSignal(drag_and_copy.failed):
        window.actions_.copy_sound.trigger()
    session.document.shown.take.waveform[0] = sample
    pull(qtbot, window.viewer_panel.transport_bar.drag_handle)
    qtbot.waitUntil(lambda: bool(carried))
    assert QGuiApplication.clipboard().text() == "mine"


def test_without_a_sound_there_is_no_copy_to_make_up_for(qtbot, window, session, scratch, carried):
    drag_and_copy = DragAndCopy(window)
    QGuiApplication.clipboard().setText("mine")
    window.viewer_panel.transport_bar.drag_handle.copy_requested.emit()
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 2.0})
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    pull(qtbot, window.viewer_panel.transport_bar.drag_handle)
    qtbot.waitUntil(lambda: bool(carried))
    assert QGuiApplication.clipboard().text() == "mine"
    drag_and_copy.close()
