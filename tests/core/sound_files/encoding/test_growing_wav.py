"""A WAV that grows is complete at its end, and readable whenever it was left."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.errors import DiskError
from core.sound_files.audio_file import read_audio
from core.sound_files.encoding.growing_wav import HEADER_BYTES, GrowingWav, complete_wav

RATE = 44100


def noise(num_frames: int, channels: int) -> np.ndarray:
    generator = np.random.default_rng(num_frames)
    return generator.standard_normal((num_frames, channels)).astype(np.float32)


@pytest.mark.parametrize("channels", [1, 2])
def test_what_was_appended_is_read_back_to_the_bit(tmp_path: Path, channels: int) -> None:
    samples = noise(5000, channels)
    wav = GrowingWav(tmp_path / "a.wav", RATE, channels)
    for start in range(0, 5000, 700):
        wav.append(samples[start : start + 700])
    assert wav.num_frames == 5000
    wav.finish()
    read, rate = soundfile.read(tmp_path / "a.wav", dtype="float32", always_2d=True)
    assert rate == RATE
    np.testing.assert_array_equal(read, samples)


def test_what_a_killed_process_leaves_is_readable_and_can_be_completed(tmp_path: Path) -> None:
    path, samples = tmp_path / "a.wav", noise(3000, 2)
    wav = GrowingWav(path, RATE, 2)
    wav.append(samples)  # and nothing more: the process ends here
    np.testing.assert_array_equal(read_audio(path)[0].T, samples)
    with path.open("ab") as file:
        file.write(b"\0\0\0")  # half a frame
    assert complete_wav(path) == (3000, RATE)
    assert path.stat().st_size == HEADER_BYTES + 3000 * 8
    np.testing.assert_array_equal(soundfile.read(path, dtype="float32")[0], samples)
    os.close(wav._descriptor)


def test_a_file_beyond_4_gib_becomes_rf64(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    GrowingWav(path, RATE, 2).finish()
    frames = 2**29 + 1000
    with path.open("r+b") as file:  # a hole takes no space on the disk
        file.truncate(HEADER_BYTES + frames * 8)
    assert complete_wav(path) == (frames, RATE)
    info = soundfile.info(path)
    assert (info.format, info.frames, info.channels, info.samplerate) == ("RF64", frames, 2, RATE)


def test_a_full_disk_keeps_whole_frames(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wav = GrowingWav(tmp_path / "a.wav", RATE, 2)
    samples, write, left = noise(100, 2), os.write, [50 * 8 + 3]

    def write_until_full(descriptor: int, content: memoryview) -> int:
        if not left[0]:
            raise OSError(errno.ENOSPC, "no space")
        written = write(descriptor, content[: left[0]])
        left[0] -= written
        return written

    monkeypatch.setattr(os, "write", write_until_full)
    with pytest.raises(DiskError, match="the disk is full"):
        wav.append(samples)
    monkeypatch.undo()
    assert wav.num_frames == 50
    wav.finish()
    read = soundfile.read(tmp_path / "a.wav", dtype="float32")[0]
    np.testing.assert_array_equal(read, samples[:50])


def test_an_older_file_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"older")
    with pytest.raises(DiskError):
        GrowingWav(tmp_path / "a.wav", RATE, 1)
    assert (tmp_path / "a.wav").read_bytes() == b"older"


@pytest.mark.parametrize("content", [b"", b"RIFF", b"x" * 200])
def test_a_file_of_another_kind_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.wav").write_bytes(content)
    with pytest.raises(ValueError, match="no recording"):
        complete_wav(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").read_bytes() == content
