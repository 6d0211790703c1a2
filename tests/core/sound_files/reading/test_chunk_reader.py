"""Our own chunk in a WAV: it comes back, the sound stays, and nonsense does no harm."""

import struct
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.sound_files.encoding.broadcast_wave import append_chunk
from core.sound_files.reading.chunk_reader import read_chunk

SAMPLES = np.arange(-500, 501, dtype=np.int16)  # an odd number of samples
MAX_BYTES = 1 << 20


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    path = tmp_path / "a.wav"
    soundfile.write(path, SAMPLES.astype(np.int16), 16000)
    return path


@given(st.binary(max_size=300), st.binary(max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_chunks_come_back_and_the_sound_stays(wav: Path, first: bytes, second: bytes) -> None:
    soundfile.write(wav, SAMPLES, 16000)
    append_chunk(wav, b"one ", first)
    append_chunk(wav, b"two ", second)
    assert read_chunk(wav, b"one ", MAX_BYTES) == first
    assert read_chunk(wav, b"two ", MAX_BYTES) == second
    np.testing.assert_array_equal(soundfile.read(wav, dtype="int16")[0], SAMPLES)
    content = wav.read_bytes()
    assert struct.unpack("<I", content[4:8])[0] == len(content) - 8


def test_an_odd_last_chunk_is_made_even_first(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    soundfile.write(path, np.zeros(3, np.int16), 16000, "PCM_U8")
    append_chunk(path, b"mine", b"abc")
    assert read_chunk(path, b"mine", MAX_BYTES) == b"abc"
    assert soundfile.info(path).frames == 3


def test_a_chunk_that_is_not_there_or_too_long_is_none(wav: Path) -> None:
    assert read_chunk(wav, b"mine", MAX_BYTES) is None
    append_chunk(wav, b"mine", b"x" * 11)
    assert read_chunk(wav, b"mine", 10) is None


@given(st.binary(max_size=200))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_invalid_chunks_are_skipped(tmp_path: Path, nonsense: bytes) -> None:
    path = tmp_path / "a.wav"
    for start in (b"", b"RIFF", b"RIFF\0\0\0\0WAVE"):
        path.write_bytes(start + nonsense)
        assert read_chunk(path, b"mine", MAX_BYTES) is None or b"mine" in nonsense
