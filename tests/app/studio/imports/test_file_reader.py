"""Looking into files beside the window."""

import threading
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.studio.imports import file_reader
from app.studio.imports.file_reader import FileReader, read_preview
from app.view_models.viewer.level_pyramid import EMPTY
from core.api.errors import AudioFileError, Cancelled
from core.api.progress import Progress
from core.sound_files import file_inspection

TONE = 0.5 * np.sin(2 * np.pi * 440 * np.arange(44_100) / 44_100)
SLOW_MS = 60_000  # the first picture imports torch


@pytest.fixture
def reader(qapp):
    reader = FileReader()
    yield reader
    reader.wait()


@pytest.fixture
def sound(tmp_path):
    soundfile.write(tmp_path / "tone.wav", np.stack([TONE, TONE], axis=1), 44_100)
    return tmp_path / "tone.wav"


def test_the_kind_of_a_file_is_found_out(qtbot, reader, sound):
    with qtbot.waitSignal(reader.looked, timeout=SLOW_MS) as reported:
        reader.look(sound)
    assert reported.args[0].path == sound
    assert reported.args[0].facts.channels == 2


def test_the_picture_of_a_sound_is_whole(qtbot, reader, sound):
    with qtbot.waitSignal(reader.previewed, timeout=SLOW_MS) as reported:
        reader.preview(sound)
    preview = reported.args[0]
    assert preview.levels.num_frames == 100
    codes = [preview.levels.code_at(50, place) for place in range(64)]
    assert EMPTY not in codes
    assert int(np.argmax(codes)) in range(8, 13)


def test_channels_that_cancel_each_other_are_noticed(tmp_path):
    soundfile.write(tmp_path / "a.wav", np.stack([TONE, -TONE], axis=1), 44_100)
    assert read_preview(tmp_path / "a.wav", Progress()).is_cancelled


def test_a_file_that_cannot_be_used_is_reported_with_its_reason(qtbot, reader, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    with qtbot.waitSignal(reader.failed, timeout=SLOW_MS) as reported:
        reader.look(tmp_path / "a.wav")
    assert reported.args[0] == tmp_path / "a.wav"
    assert isinstance(reported.args[1], AudioFileError)


def test_an_unexpected_failure_is_logged_and_reported(qtbot, reader, expect_log, monkeypatch):
    expect_log("could not be read")
    monkeypatch.setattr(file_reader, "read_preview", lambda path, progress: 1 / 0)
    with qtbot.waitSignal(reader.failed, timeout=SLOW_MS) as reported:
        reader.preview(Path("x"))
    assert isinstance(reported.args[1], ZeroDivisionError)


def test_of_several_pictures_only_the_last_is_answered(qtbot, reader, sound, tmp_path):
    reported = []
    reader.previewed.connect(reported.append)
    missing = tmp_path / "missing.wav"
    with qtbot.waitSignal(reader.failed, timeout=SLOW_MS) as failure:
        for _ in range(5):
            reader.preview(sound)
        reader.preview(missing)
    assert failure.args[0] == missing
    assert reported == []


def test_of_several_looks_only_the_last_is_answered(qtbot, reader, sound, tmp_path, monkeypatch):
    reported, may_go_on = [], threading.Event()
    inspect = file_inspection.inspect_file
    monkeypatch.setattr(
        file_inspection, "inspect_file", lambda path: may_go_on.wait(60) and inspect(path)
    )
    reader.looked.connect(reported.append)
    missing = tmp_path / "missing.wav"
    with qtbot.waitSignal(reader.failed, timeout=SLOW_MS) as failure:
        for _ in range(5):
            reader.look(sound)
        reader.look(missing)
        may_go_on.set()
    assert failure.args[0] == missing
    assert reported == []


def test_a_look_leaves_a_picture_alone(qtbot, reader, sound, tmp_path):
    with qtbot.waitSignals([reader.previewed, reader.looked], timeout=SLOW_MS):
        reader.preview(sound)
        reader.look(sound)


def test_a_picture_that_is_not_needed_is_cancelled(sound):
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        read_preview(sound, progress)
