"""Lossy formats and the chunks of a WAV, read back; other laws of the writer: test_audio_file."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile

from core.api.errors import AudioFileError
from core.sound_files.audio_file import read_audio, read_facts, read_metadata
from core.sound_files.audio_format import AudioFormat
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.reading.chunk_reader import read_chunk
from core.sound_files.reading.cue_points import CuePoint

NOTES = {"prompt": "雨 and café", "segments": [{"start_s": 0.0, "prompt": "x" * 3000}]}
LOSSY = [AudioFormat.OPUS, AudioFormat.MP3]


def tone(sample_rate: int, duration_s: float = 3.0) -> np.ndarray:
    time_s = np.arange(round(sample_rate * duration_s)) / sample_rate
    swell = 0.2 + 0.2 * np.sin(2 * np.pi * 0.7 * time_s)
    return (swell * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32)


@pytest.mark.parametrize("audio_format", LOSSY)
@pytest.mark.parametrize("sample_rate", [16_000, 48_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_lossy_file_has_its_length_its_sound_and_its_texts(
    tmp_path: Path, audio_format: AudioFormat, sample_rate: int, channels: int
) -> None:
    path, sound = tmp_path / f"a{audio_format.suffix}", tone(sample_rate)
    with AudioWriter(
        path, sample_rate, channels=channels, title="雨 and café", metadata=NOTES
    ) as writer:
        for piece in np.array_split(sound, 5):
            writer.write(np.tile(piece, (channels, 1)))

    samples, rate = read_audio(path)
    assert (rate, samples.shape) == (sample_rate, (channels, len(sound)))
    noise = samples[0] - sound
    assert np.square(noise).mean() < 5e-3 * np.square(sound).mean()
    assert read_metadata(path) == NOTES
    assert read_facts(path).missing_frames == 0
    with soundfile.SoundFile(path) as file:
        assert (file.title, file.subtype) == ("雨 and café", audio_format.subtype)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("sample_rate", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("kbps", [64, 96, 160])
def test_an_mp3_has_the_bit_rate_that_was_chosen(
    tmp_path: Path, sample_rate: int, kbps: int
) -> None:
    path = tmp_path / "a.mp3"
    with AudioWriter(path, sample_rate, bit_rate_kbps=kbps) as writer:
        writer.write(tone(sample_rate, 20.0))
    assert path.stat().st_size * 8 / 20 / 1000 == pytest.approx(kbps, rel=0.02)


@pytest.mark.parametrize("kbps", [48, 96, 192])
def test_an_opus_file_is_near_the_bit_rate_that_was_chosen(tmp_path: Path, kbps: int) -> None:
    path = tmp_path / "a.opus"
    noise = 0.1 * np.random.default_rng(0).standard_normal(20 * 48_000)
    with AudioWriter(path, 48_000, bit_rate_kbps=kbps) as writer:
        writer.write(noise.astype(np.float32))
    assert path.stat().st_size * 8 / 20 / 1000 == pytest.approx(kbps, rel=0.1)


@pytest.mark.parametrize("num_samples", [1, 100, 1153])
@pytest.mark.parametrize("audio_format", LOSSY)
def test_the_shortest_sounds_keep_their_length(
    tmp_path: Path, audio_format: AudioFormat, num_samples: int
) -> None:
    path = tmp_path / f"a{audio_format.suffix}"
    with AudioWriter(path, 16_000) as writer:
        writer.write(np.full(num_samples, 0.1, np.float32))
    assert read_audio(path)[0].shape == (1, num_samples)


def test_opus_at_a_rate_that_it_lacks_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(AudioFileError, match=r"a\.opus"),
        AudioWriter(tmp_path / "a.opus", 44_100),
    ):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_wav_has_a_description_and_its_cue_points(tmp_path: Path) -> None:
    path, cues = tmp_path / "a.wav", (CuePoint(0, "rain"), CuePoint(16_000, "雨"))
    with AudioWriter(path, title="rain", metadata=NOTES, cues=cues) as writer:
        writer.write(tone(16_000))

    description = read_chunk(path, b"bext", 4096) or b""
    assert description[:256].rstrip(b"\0") == b"rain"
    assert description[602:].startswith(b"A=PCM,F=16000,W=16,M=mono,T=Tessera")
    points = read_chunk(path, b"cue ", 4096) or b""
    assert struct.unpack_from("<I", points)[0] == 2
    assert struct.unpack_from("<I", points, 4 + 24 + 20)[0] == 16_000
    assert "雨".encode() in path.read_bytes()
    assert read_metadata(path) == NOTES
    assert len(read_audio(path)[0][0]) == 48_000


def test_a_flac_has_no_chunks_of_a_wav(tmp_path: Path) -> None:
    path = tmp_path / "a.flac"
    with AudioWriter(path, metadata=NOTES, cues=(CuePoint(0, "rain"),)) as writer:
        writer.write(tone(16_000))
    assert b"bext" not in path.read_bytes()
    assert read_metadata(path) == NOTES
