"""A recording outlives the process that made it, and is completed by the next."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.recording.recording_file import RecordingFile, left_recordings
from core.api.errors import DiskError

RATE = 16000
SAMPLES = np.linspace(-1, 1, 2 * RATE, dtype=np.float32).reshape(-1, 2)
CHILD = """
import os, sys
from pathlib import Path
import numpy as np
from app.recording.recording_file import RecordingFile
file = RecordingFile(Path(sys.argv[1]), "a", 16000, 2)
file.append(np.linspace(-1, 1, 32000, dtype=np.float32).reshape(-1, 2))
print("ready", flush=True)
sys.stdin.read()
"""


def test_a_recording_of_a_killed_process_is_found(tmp_path: Path) -> None:
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        assert left_recordings(tmp_path) == []  # it is alive, and records
        child.kill()
    (recording,) = left_recordings(tmp_path)
    assert recording.duration_s == 1.0
    assert recording.path == tmp_path / "a.wav"
    np.testing.assert_array_equal(soundfile.read(recording.path, dtype="float32")[0], SAMPLES)
    assert left_recordings(tmp_path) == []  # this process holds it now
    recording.remove()
    assert list(tmp_path.iterdir()) == []


def test_names_that_are_taken_get_a_number(tmp_path: Path) -> None:
    first, second = (RecordingFile(tmp_path / "new", "a", RATE, 1) for _ in range(2))
    assert {one.name for one in (tmp_path / "new").glob("*.wav")} == {"a.wav", "a (2).wav"}
    first.discard()
    second.discard()
    assert list((tmp_path / "new").iterdir()) == []


def test_a_recording_without_a_sample_leaves_nothing(tmp_path: Path) -> None:
    assert RecordingFile(tmp_path, "a", RATE, 1).finish() is None
    assert list(tmp_path.iterdir()) == []


def test_what_is_no_recording_stays(tmp_path: Path) -> None:
    (tmp_path / "mine.wav").write_bytes(b"mine")
    (tmp_path / "other.wav").write_bytes(b"other")
    (tmp_path / "other.lock").touch()
    (tmp_path / "lonely.lock").touch()
    assert left_recordings(tmp_path) == []
    assert {one.name for one in tmp_path.iterdir()} == {"mine.wav", "other.wav", "other.lock"}
    assert left_recordings(tmp_path / "missing") == []


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DiskError, match="not a folder"):
        RecordingFile(tmp_path / "file" / "folder", "a", RATE, 1)
