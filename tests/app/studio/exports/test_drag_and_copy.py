"""The sound on its way into another program."""

import tempfile

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from app.studio.exports.drag_and_copy import MOST_FILES, DragAndCopy, TakeFile, as_mime_data
from app.view_models.viewer.selection import Selection
from core.api.request import GenerationRequest
from core.api.take import Take
from core.sound_files.audio_file import read_audio


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
    monkeypatch.setattr(
        handle, "run_drag", lambda drag: paths.append(drag.mimeData().urls()[0].toLocalFile())
    )
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


def test_a_button_released_before_the_file_exists_drags_nothing(
    qtbot, window, drag_and_copy, carried
):
    handle = window.viewer_panel.transport_bar.drag_handle
    pull(qtbot, handle)
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(drag_and_copy._file.ready):
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
    assert "is on the clipboard" in window.status_line.text
    QGuiApplication.clipboard().clear()


def test_text_and_file_managers_get_it_their_way(tmp_path):
    data = as_mime_data(tmp_path / "a b.wav")
    assert data.text() == str(tmp_path / "a b.wav")
    copied = bytes(data.data("x-special/gnome-copied-files")).decode()
    assert copied == f"copy\nfile://{tmp_path}/a%20b.wav"


def test_the_same_sound_is_written_once_and_old_files_go(qtbot, scratch):
    file, ready = TakeFile(), []
    file.ready.connect(ready.append)
    takes = [
        Take(
            request=GenerationRequest(),
            sample_rate=16_000,
            waveform=np.zeros(160, np.float32),
            mel=np.zeros((1, 64)),
        )
        for _ in range(MOST_FILES + 2)
    ]
    for take in takes:
        for _ in range(2):
            with qtbot.waitSignal(file.ready):
                file.prepare(take, None)
    assert len(ready) == 2 * len(takes)
    assert len(set(ready)) == len(takes)
    assert sum(path.exists() for path in set(ready)) == MOST_FILES
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
