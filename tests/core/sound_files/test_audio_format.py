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
    [("a.wav", AudioFormat.WAV_16), ("B.FLAC", AudioFormat.FLAC_16), ("c.d.ogg", AudioFormat.OGG)],
)
def test_the_ending_gives_the_format(name: str, expected: AudioFormat) -> None:
    assert AudioFormat.of(Path(name)) is expected


@pytest.mark.parametrize("name", ["a.mp3", "wav", "a.wav.part"])
def test_other_endings_are_refused_with_those_that_work(name: str) -> None:
    with pytest.raises(AudioFileError, match=r"\.wav, \.flac, \.ogg"):
        AudioFormat.of(Path(name))


@pytest.mark.parametrize(
    ("audio_format", "container", "subtype", "bits"),
    [
        (AudioFormat.WAV_16, "WAV", "PCM_16", 16),
        (AudioFormat.FLAC_24, "FLAC", "PCM_24", 24),
        (AudioFormat.WAV_FLOAT, "WAV", "FLOAT", None),
        (AudioFormat.OGG, "OGG", "VORBIS", None),
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
