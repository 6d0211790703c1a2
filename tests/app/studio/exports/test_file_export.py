"""Exports and pictures over the real window."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QPushButton

from app.studio.exports.file_export import FileExport
from app.view_models.viewer.selection import Selection
from core.sound_files.audio_file import read_audio
from core.sound_files.export.settings import Normalisation

SLOW_MS = 30_000  # the first measurement imports SciPy


@pytest.fixture
def file_export(window, dialogs, memory):
    file_export = FileExport(window, dialogs, memory)
    yield file_export
    file_export.wait()


@pytest.fixture
def take(qtbot, session):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 2.0, "prompt": "rain"})
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    return session.document.shown.take


def export(qtbot, file_export):
    with qtbot.waitSignal(file_export.written, timeout=SLOW_MS):
        file_export.parent().actions_.export.trigger()


@pytest.mark.usefixtures("take")
def test_only_what_is_chosen_is_saved(qtbot, file_export, session, dialogs, tmp_path):
    session.document.selection.select(Selection(0.5, 1.25))
    dialogs.save = (str(tmp_path / "a.wav"), "")
    export(qtbot, file_export)
    samples, _ = read_audio(tmp_path / "a.wav")
    assert samples.shape == (1, 12_000)
    assert "Saved as" in file_export.parent().status_line.text


def test_a_take_beyond_full_scale_is_saved_whole(qtbot, file_export, dialogs, tmp_path, take):
    take.waveform[[100, 200]] = 1.5, -2.0

    def fill(dialog):
        assert "will be cut off at full scale: 2." in dialog.clipping.sentence
        dialog.clipping.lower_peak.click()
        return True

    dialogs.filled_in, dialogs.save = fill, (str(tmp_path / "a.wav"), "")
    export(qtbot, file_export)
    samples, _ = read_audio(tmp_path / "a.wav")
    assert samples.min() == pytest.approx(10 ** (-1 / 20) * -1, abs=1e-4)
    assert samples.max() == pytest.approx(10 ** (-1 / 20) * 0.75, abs=1e-4)


def test_what_another_sample_rate_cuts_off_is_reported(qtbot, file_export, dialogs, tmp_path, take):
    take.waveform[:] = np.where(np.arange(len(take.waveform)) % 20 < 10, 1.0, -1.0)

    def fill(dialog):
        assert dialog.clipping.sentence == ""  # no sample of the take is beyond full scale
        dialog.draft.set_value("sample_rate", 48_000)
        return True

    dialogs.filled_in, dialogs.save = fill, (str(tmp_path / "a.wav"), "")
    export(qtbot, file_export)
    assert "samples cut off at full scale: " in file_export.parent().status_line.text


@pytest.mark.usefixtures("take")
def test_a_loudness_that_is_not_reached_is_reported(qtbot, file_export, dialogs, tmp_path):
    def fill(dialog):
        dialog.draft.set_value("normalisation", Normalisation.LOUDNESS)
        dialog.draft.set_value("loudness_lufs", -5.0)
        dialog.draft.set_value("fade_in_s", 2.0)
        return True

    dialogs.filled_in, dialogs.save = fill, (str(tmp_path / "a.wav"), "")
    export(qtbot, file_export)
    assert "LUFS: louder, its peaks would clip" in file_export.parent().status_line.text


@pytest.mark.usefixtures("take")
def test_settings_that_are_missing_beside_a_sound_are_reported(
    qtbot, file_export, dialogs, tmp_path
):
    def fill(dialog):
        dialog.draft.set_with_sidecar(True)
        return True

    dialogs.filled_in, dialogs.save = fill, (str(tmp_path / "a.wav"), "")
    (tmp_path / "a.wav.tessera.json").mkdir()
    export(qtbot, file_export)
    sentence = file_export.parent().status_line.text
    assert "Saved as" in sentence
    assert "its settings are not beside it" in sentence
    assert file_export.parent().document.status.error is None


@pytest.mark.usefixtures("take")
def test_a_picture_is_saved_of_the_whole_take(qtbot, file_export, dialogs, tmp_path):
    dialogs.save = (str(tmp_path / "a.png"), "")
    with qtbot.waitSignal(file_export.written):
        file_export.parent().actions_.export_picture.trigger()
    assert QImage(str(tmp_path / "a.png")).width() == 640


def test_without_a_take_nothing_is_asked(window, file_export, dialogs):
    window.export_requested.emit()
    file_export._on_picture_requested()
    assert dialogs.asked_to_save == []


def test_a_long_export_comes_on_show_and_can_be_cancelled(qtbot, window, file_export, tmp_path):
    show_next = threading.Event()

    def write(progress):
        show_next.wait(10)
        progress.check_cancelled()

    file_export.exporter.run(tmp_path / "long.wav", write)
    strip = window.export_progress
    qtbot.waitUntil(strip.isVisible)
    with qtbot.waitSignal(file_export.exporter.cancelled):
        qtbot.mouseClick(strip.findChild(QPushButton), Qt.MouseButton.LeftButton)
        show_next.set()
    assert not strip.isVisible()
    assert "cancelled" in window.status_line.text
