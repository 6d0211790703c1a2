"""Recordings become takes, and their files go once the library has them."""

import os

import numpy as np
import pytest
import soundfile
from PySide6.QtWidgets import QApplication

from app.library.layout import library_folder
from app.recording.recording_file import RecordingFile
from app.studio.application import Studio
from app.studio.imports import recording_import
from core.api.errors import DiskError
from tests.app.fake_recorder import FakeKept, FakeRecorder

RATE = 48000
SLOW_MS = 60_000
SAMPLES = np.random.default_rng(7).uniform(-1, 1, (RATE, 2)).astype(np.float32)
NAME = "Recording 2026-01-31 12.00.00"


@pytest.fixture
def folder(memory):
    return library_folder(memory) / "recordings"


def record(folder, name=NAME):
    file = RecordingFile(folder, name, RATE, 2)
    file.append(SAMPLES)
    return file.finish()


def test_a_recording_becomes_a_take(qtbot, recording_studio, folder):
    kept = record(folder)
    added = recording_studio.library.library_worker.added
    with qtbot.waitSignal(added, timeout=SLOW_MS) as answer:
        recording_studio._recordings.add(kept, "It is recorded.")
    (row,) = answer.args
    assert row.request.title == f"{NAME}.wav"
    assert row.request.recording == f"{NAME}.wav"  # its file is gone, and the take has the sound
    qtbot.waitUntil(lambda: not list(folder.iterdir()))
    take = recording_studio.window.document.shown.take
    np.testing.assert_array_equal(take.waveform, SAMPLES)
    assert take.sample_rate == RATE
    assert recording_studio.window.status_line.text == "It is recorded."
    stored = recording_studio.library.library_worker._library.take(row.take_id)
    np.testing.assert_array_equal(stored.waveform, SAMPLES)


def test_the_next_sound_can_start_from_a_recording(qtbot, recording_studio, folder):
    with qtbot.waitSignal(recording_studio.library.library_worker.added, timeout=SLOW_MS):
        recording_studio._recordings.add(record(folder), "")
    draft = recording_studio.window.document.draft
    with qtbot.waitSignal(draft.changed, timeout=SLOW_MS):
        recording_studio.window.actions_.start_from.trigger()
    samples, _ = soundfile.read(draft.value("init_audio"), dtype="float32")
    np.testing.assert_array_equal(samples, SAMPLES)
    shown = recording_studio.window.document.shown
    qtbot.waitUntil(lambda: shown.source is not None, timeout=SLOW_MS)


def test_it_is_not_played_by_itself(qtbot, recording_studio, folder, playback):
    with qtbot.waitSignal(recording_studio._recordings.opened, timeout=SLOW_MS):
        recording_studio._recordings.add(record(folder), "")
    qtbot.wait(100)
    assert not playback.is_playing


def test_what_an_earlier_start_left_is_found(qtbot, engine, playback, memory, dialogs, *, folder):
    file = RecordingFile(folder, NAME, RATE, 2)
    file.append(SAMPLES)
    file._wav.finish()
    os.close(file._lock)  # its process is gone
    studio = Studio(
        QApplication.instance(), lambda: engine, playback, memory, dialogs, recorder=FakeRecorder()
    )
    with qtbot.waitSignal(studio._recordings.opened, timeout=SLOW_MS) as sentence:
        studio.open()
    assert sentence.args[0].startswith(f"{NAME} was not finished")
    np.testing.assert_array_equal(studio.window.document.shown.take.waveform, SAMPLES)
    qtbot.waitUntil(lambda: not list(folder.iterdir()), timeout=SLOW_MS)
    studio.window.hide()
    studio.join()
    studio.window.deleteLater()


def test_a_recording_that_cannot_be_read_stays_and_is_said(
    qtbot, recording_studio, folder, monkeypatch
):
    kept = record(folder)

    def refuse(path, progress):
        raise DiskError("/tmp", "the disk is full.")

    monkeypatch.setattr(recording_import, "read_opened", refuse)
    with qtbot.waitSignal(recording_studio._recordings.failed, timeout=SLOW_MS) as failed:
        recording_studio._recordings.add(kept, "")
    assert "the disk is full" in str(failed.args[0])
    assert f"stays in {folder}" in str(failed.args[0])
    assert kept.path.exists()
    kept.remove()


def test_a_take_that_is_only_in_memory_keeps_its_file(qtbot, recording_studio, tmp_path):
    record_row = type("Row", (), {"take_id": "a", "place": "memory"})()
    kept = FakeKept(tmp_path / "a.wav")
    recording_studio._recordings._unstored["a"] = kept
    recording_studio._recordings._on_added(record_row)
    assert not kept.is_removed
