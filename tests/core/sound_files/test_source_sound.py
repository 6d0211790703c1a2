"""Laws of `core.sound_files.source_sound`."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch

from core.api.arrays import FloatArray
from core.api.errors import AudioFileError, Cancelled
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.mel import LOG_FLOOR, MelParams, bin_to_hz
from core.sound_files.audio_file import read_blocks
from core.sound_files.source_sound import read_source

PARAMS = MelParams()


def _tone(sample_rate: int, duration_s: float, hz: float = 440.0) -> np.ndarray:
    time_s = np.arange(round(sample_rate * duration_s)) / sample_rate
    return (0.5 * np.sin(2 * np.pi * hz * time_s)).astype(np.float32)


@pytest.mark.parametrize(("sample_rate", "channels"), [(8000, 1), (44100, 2), (192000, 8)])
def test_a_tone_lies_in_its_mel_bin_at_any_rate(
    tmp_path: Path, sample_rate: int, channels: int
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, np.stack([_tone(sample_rate, 1.0)] * channels, axis=1), sample_rate)

    mel = read_source(str(path), PARAMS, 96, Progress())

    loudest = mel[0, 0, 10:90].mean(dim=0).argmax().item()
    assert mel.shape == (1, 1, 96, 64)
    assert abs(bin_to_hz(loudest, PARAMS) - 440) < 60


def test_a_short_sound_is_padded_with_silence(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, _tone(16000, 0.5), 16000)

    mel = read_source(str(path), PARAMS, 128, Progress())

    assert torch.equal(mel[0, 0, 50:], torch.full((78, 64), LOG_FLOOR))
    assert mel[0, 0, :50].max() > LOG_FLOOR + 5


def _notices(path: Path, num_frames: int) -> list[str]:
    events: list[Event] = []
    read_source(str(path), PARAMS, num_frames, Progress(events.append))
    return [event.sentence for event in events if isinstance(event, Notice)]


def test_channels_that_cancel_each_other_are_announced(tmp_path: Path) -> None:
    path, tone = tmp_path / "tone.wav", _tone(16000, 1.0)
    soundfile.write(path, np.stack([tone, -tone], axis=1), 16000)
    assert "cancel each other out" in _notices(path, 96)[0]


def test_silence_behind_a_short_sound_is_announced(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, _tone(16000, 0.5), 16000)

    assert len(_notices(path, 56)) == 0  # the length of a request is rounded up
    (sentence,) = _notices(path, 128)
    assert sentence.startswith("tone.wav ends after 0.5 s; from there on the sound starts from sil")


def test_a_missing_end_is_announced_where_it_would_be_used(tmp_path: Path) -> None:
    path = tmp_path / "tone.flac"
    soundfile.write(path, np.tile(_tone(16000, 0.5), 20), 16000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])

    assert _notices(path, 200) == []
    first, second = _notices(path, 1000)
    assert re.match(r"tone\.flac was cut off or is damaged: [56]\.\d s of it are missing", first)
    assert "from silence" in second


def test_one_sample_is_a_sound(tmp_path: Path) -> None:
    path = tmp_path / "click.wav"
    soundfile.write(path, np.ones(1, np.float32), 16000)

    assert read_source(str(path), PARAMS, 8, Progress()).shape == (1, 1, 8, 64)


def test_a_file_that_is_no_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.wav").write_bytes(b"RIFF")

    with pytest.raises(AudioFileError, match=r"no\.wav"):
        read_source(str(tmp_path / "no.wav"), PARAMS, 8, Progress())


def test_the_rest_of_a_long_sound_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, _tone(48000, 20.0), 48000)
    read: list[int] = []

    def blocks(path: str, max_bytes: int | None) -> Iterator[FloatArray]:
        for block in read_blocks(path, max_bytes):
            read.append(block.shape[1])
            yield block

    monkeypatch.setattr("core.sound_files.mono.read_blocks", blocks)
    mel = read_source(str(path), PARAMS, 96, Progress())

    assert mel.shape == (1, 1, 96, 64)
    assert sum(read) < 3 * 48000


def test_reading_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    soundfile.write(path, _tone(16000, 1.0), 16000)
    progress = Progress()
    progress.cancel()

    with pytest.raises(Cancelled):
        read_source(str(path), PARAMS, 96, progress)
