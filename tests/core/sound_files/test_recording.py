"""A sound file is opened as a take: its own samples, and their log-mel."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from core.api.errors import AudioFileError, Cancelled, InvalidRequestError
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.api.request import GenerationRequest
from core.api.take import Marker
from core.mel import log_mel_spectrogram
from core.sound_files import recording
from core.sound_files.audio_file import MAX_READ_BYTES
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.reading.cue_points import CuePoint
from core.sound_files.recording import read_recording


def opened(path: Path, progress: Progress | None = None):
    return read_recording(GenerationRequest(recording=str(path)), progress or Progress())


def noise(rate: int, channels: int, seconds: float = 1.5) -> np.ndarray:
    shape = (round(seconds * rate), channels)
    return (0.1 * np.random.default_rng(0).standard_normal(shape)).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 16000, 44100])
@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("in_memory_bytes", [0, 1 << 30])
def test_a_recording_holds_the_samples_of_its_file(
    tmp_path: Path, monkeypatch, rate: int, channels: int, in_memory_bytes: int
) -> None:
    monkeypatch.setattr(recording, "IN_MEMORY_BYTES", in_memory_bytes)
    samples = noise(rate, channels)
    soundfile.write(tmp_path / "a.wav", samples, rate, "FLOAT")
    take = opened(tmp_path / "a.wav")
    assert np.array_equal(take.waveform.reshape(len(samples), channels), samples)
    assert (take.channels, take.sample_rate, take.duration_s) == (channels, rate, 1.5)
    assert (take.request.duration_s, take.latents, take.gain) == (1.5, None, 1.0)
    assert take.request.title == "a.wav"


def test_a_recording_may_be_longer_than_a_sound_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recording.MAX_DISK_BYTES > 3600 * 48000 * 2 * 4 > MAX_READ_BYTES
    soundfile.write(tmp_path / "a.wav", noise(16000, 2), 16000, "FLOAT")
    monkeypatch.setattr(recording, "MAX_DISK_BYTES", 8 * 24000 - 1)
    with pytest.raises(AudioFileError, match="too long"):
        opened(tmp_path / "a.wav")
    monkeypatch.undo()
    assert opened(tmp_path / "a.wav").duration_s == 1.5


def test_its_log_mel_is_that_of_its_average(tmp_path: Path) -> None:
    samples = noise(16000, 2)
    soundfile.write(tmp_path / "a.wav", samples, 16000, "FLOAT")
    take = opened(tmp_path / "a.wav")
    expected = log_mel_spectrogram(torch.from_numpy(samples.mean(axis=1))[None])[0, 0]
    assert np.abs(take.mel - expected.numpy()).max() < 1e-4


def test_a_sound_shorter_than_a_frame_has_a_silent_one(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.full(3, 0.5), 16000)
    take = opened(tmp_path / "a.wav")
    assert take.mel.shape == (1, 64)
    assert take.request.duration_s == 0.1


def test_channels_that_cancel_each_other_are_said(tmp_path: Path) -> None:
    samples, events = noise(16000, 1), list[Event]()
    soundfile.write(tmp_path / "a.wav", np.hstack([samples, -samples]), 16000)
    opened(tmp_path / "a.wav", Progress(events.append))
    (notice,) = events
    assert isinstance(notice, Notice)
    assert "cancel each other out" in notice.sentence


def test_what_cannot_be_opened_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "empty.wav", np.zeros(0), 16000)
    for path in (tmp_path / "empty.wav", tmp_path / "missing.wav"):
        with pytest.raises(AudioFileError):
            opened(path)
    with pytest.raises(InvalidRequestError):
        read_recording(GenerationRequest(), Progress())


def test_opening_can_be_cancelled(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", noise(16000, 1), 16000)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        opened(tmp_path / "a.wav", progress)


def test_its_markers_are_the_cue_points_of_the_file(tmp_path: Path) -> None:
    path, cues = tmp_path / "a.wav", (CuePoint(8000, "verse"), CuePoint(1600, ""))
    with AudioWriter(path, cues=cues) as writer:
        writer.write(noise(16000, 1)[:, 0])
    assert opened(path).markers == (Marker(0.1), Marker(0.5, "verse"))
