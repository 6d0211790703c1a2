"""A sound file's spectrogram, in stretches."""

import os
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.api.errors import AudioFileError
from core.mel import MelParams, bin_to_hz, log_mel_spectrogram
from core.sound_files.source_preview import log_mel_stretches, preview_source

PARAMS = MelParams()
SOUND = (0.1 * np.random.default_rng(0).standard_normal(60 * 160 + 77)).astype(np.float32)


@given(
    st.lists(st.integers(0, len(SOUND)), max_size=6),
    st.integers(1, 70),
    st.integers(160, len(SOUND)),
)
def test_stretches_equal_the_log_mel_of_the_whole(
    cuts: list[int], stretch_frames: int, length: int
) -> None:
    pieces = iter(np.split(SOUND[:length], sorted(min(cut, length) for cut in cuts)))
    frames = np.concatenate(list(log_mel_stretches(pieces, PARAMS, stretch_frames)))
    whole = log_mel_spectrogram(torch.from_numpy(SOUND[:length])[None], PARAMS)[0, 0].numpy()
    assert frames.shape == whole.shape
    np.testing.assert_allclose(frames, whole, atol=1e-4)


def test_less_than_a_frame_is_no_frame() -> None:
    assert list(log_mel_stretches(iter([SOUND[:159]]), PARAMS, 8)) == []


@pytest.mark.parametrize(("rate", "channels"), [(8000, 1), (44_100, 2), (192_000, 8)])
def test_a_tone_lies_in_its_bin_at_any_rate_and_channels(
    rate: int, channels: int, tmp_path: Path
) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 440 * np.arange(rate) / rate)
    soundfile.write(tmp_path / "a.wav", np.stack([tone] * channels, axis=1), rate)
    frames = np.concatenate(list(preview_source(tmp_path / "a.wav", PARAMS)))
    assert abs(len(frames) - 100) <= 1
    assert abs(bin_to_hz(int(frames[10:90].mean(axis=0).argmax()), PARAMS) - 440) < 60


def test_of_a_truncated_file_the_rest_is_shown(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", SOUND, 16_000)
    os.truncate(tmp_path / "a.wav", 44 + 2 * 1600)
    assert sum(map(len, preview_source(tmp_path / "a.wav", PARAMS))) == 10


def test_samples_that_are_not_numbers_are_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.array([0.0, np.nan]), 16_000, "FLOAT")
    with pytest.raises(AudioFileError, match="not numbers"):
        list(preview_source(tmp_path / "a.wav", PARAMS))
