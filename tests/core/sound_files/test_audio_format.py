"""Formats: what their names mean, and that samples are rounded to the nearest step."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import AudioFileError
from core.sound_files.audio_format import AudioFormat


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.wav", AudioFormat.WAV_16),
        ("B.FLAC", AudioFormat.FLAC_16),
        ("c.d.ogg", AudioFormat.OGG),
        ("e.opus", AudioFormat.OPUS),
        ("f.MP3", AudioFormat.MP3),
    ],
)
def test_the_ending_gives_the_format(name: str, expected: AudioFormat) -> None:
    assert AudioFormat.of(Path(name)) is expected


@pytest.mark.parametrize("name", ["a.m4a", "wav", "a.wav.part"])
def test_other_endings_are_refused_with_those_that_work(name: str) -> None:
    with pytest.raises(AudioFileError, match=r"\.wav, \.flac, \.ogg, \.opus, \.mp3"):
        AudioFormat.of(Path(name))


@pytest.mark.parametrize(
    ("audio_format", "container", "subtype", "bits"),
    [
        (AudioFormat.WAV_16, "WAV", "PCM_16", 16),
        (AudioFormat.FLAC_24, "FLAC", "PCM_24", 24),
        (AudioFormat.WAV_FLOAT, "WAV", "FLOAT", None),
        (AudioFormat.OGG, "OGG", "VORBIS", None),
        (AudioFormat.OPUS, "OGG", "OPUS", None),
        (AudioFormat.MP3, "MP3", "MPEG_LAYER_III", None),
    ],
)
def test_libsndfiles_names(
    audio_format: AudioFormat, container: str, subtype: str, bits: int | None
) -> None:
    assert (audio_format.container, audio_format.subtype) == (container, subtype)
    assert audio_format.bits == bits


@given(st.floats(-0.75, 0.75, width=32))
def test_a_sample_moves_by_half_a_step_at_most(sample: float) -> None:
    one = np.array([sample], np.float32)
    assert abs(AudioFormat.WAV_16.quantised(one)[0] / 2**15 - sample) <= 0.5 / 2**15
    assert abs(AudioFormat.WAV_24.quantised(one)[0] / 2**31 - sample) <= 0.5 / 2**23
    assert AudioFormat.WAV_FLOAT.quantised(one)[0] == sample


def test_too_loud_samples_are_clipped_not_wrapped() -> None:
    loud = np.array([1.5, -1.5, 1.0, -1.0], np.float32)
    assert AudioFormat.WAV_16.quantised(loud).tolist() == [32767, -32768, 32767, -32768]


@pytest.mark.parametrize("audio_format", list(AudioFormat))
def test_a_files_ending_gives_its_container_again(audio_format: AudioFormat) -> None:
    assert AudioFormat.of(Path(f"a{audio_format.suffix}")).suffix == audio_format.suffix


@pytest.mark.parametrize(
    ("audio_format", "sample_rate", "written"),
    [
        (AudioFormat.WAV_16, 11_025, 11_025),
        (AudioFormat.OPUS, 44_100, 48_000),
        (AudioFormat.OPUS, 16_000, 16_000),
        (AudioFormat.OPUS, 96_000, 48_000),
        (AudioFormat.MP3, 44_100, 44_100),
        (AudioFormat.MP3, 8000, 16_000),
    ],
)
def test_a_rate_that_a_format_lacks_becomes_the_next_higher(
    audio_format: AudioFormat, sample_rate: int, written: int
) -> None:
    assert audio_format.written_rate(sample_rate) == written


def test_a_bit_rate_is_kept_within_what_the_format_has() -> None:
    assert AudioFormat.MP3.written_bit_rate_kbps(320, 16_000, 2) == 160
    assert AudioFormat.MP3.written_bit_rate_kbps(320, 48_000, 1) == 320
    assert AudioFormat.MP3.written_bit_rate_kbps(48, 48_000, 1) == 64
    assert AudioFormat.OPUS.written_bit_rate_kbps(320, 48_000, 1) == 256
    assert AudioFormat.OGG.compression_level(128, 48_000, 1) is None


@pytest.mark.parametrize(
    ("bits", "expected"),
    [
        (8, AudioFormat.WAV_16),
        (16, AudioFormat.WAV_16),
        (24, AudioFormat.WAV_24),
        (None, AudioFormat.WAV_FLOAT),
    ],
)
def test_a_depth_has_a_wav_that_holds_it(bits: int | None, expected: AudioFormat) -> None:
    assert AudioFormat.holding(bits) is expected


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        (AudioFormat.WAV_16, AudioFormat.WAV_24, AudioFormat.WAV_24),
        (AudioFormat.WAV_16, AudioFormat.WAV_FLOAT, AudioFormat.WAV_FLOAT),
        (AudioFormat.WAV_FLOAT, AudioFormat.WAV_16, AudioFormat.WAV_FLOAT),
        (AudioFormat.FLAC_16, AudioFormat.WAV_24, AudioFormat.FLAC_24),
        (AudioFormat.FLAC_16, AudioFormat.WAV_FLOAT, AudioFormat.FLAC_24),
        (AudioFormat.MP3, AudioFormat.WAV_24, AudioFormat.MP3),
    ],
)
def test_a_container_is_as_deep_as_a_recording(
    own: AudioFormat, other: AudioFormat, expected: AudioFormat
) -> None:
    assert own.as_deep_as(other) is expected
