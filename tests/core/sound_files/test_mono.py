"""Laws of `core.sound_files.mono`."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from core.api.errors import AudioFileError
from core.sound_files.mono import Downmix, mono_pieces


@settings(max_examples=20)
@given(st.integers(4000, 96000), st.integers(1, 5), st.integers(1, 200_000))
def test_pieces_equal_the_whole_averaged_and_resampled(
    tmp_path_factory: pytest.TempPathFactory, rate: int, channels: int, num_frames: int
) -> None:
    path = tmp_path_factory.mktemp("mono") / "a.wav"
    sound = np.random.default_rng(rate).uniform(-0.5, 0.5, (num_frames, channels))
    soundfile.write(path, sound.astype(np.float32), rate, "FLOAT")

    mono = np.concatenate(list(mono_pieces(path, 16000)))

    whole = soxr.resample(sound.astype(np.float32).mean(axis=1), rate, 16000, quality="HQ")
    assert len(mono) == pytest.approx(num_frames * 16000 / rate, abs=2)
    np.testing.assert_allclose(mono, whole, atol=1e-6)


def test_a_file_without_samples_is_refused(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "a.wav", np.zeros(0, np.float32), 16000)
    with pytest.raises(AudioFileError, match="holds no sound"):
        list(mono_pieces(tmp_path / "a.wav", 16000))


@pytest.mark.parametrize(
    ("channels", "cancelled"),
    [
        ([1.0], False),
        ([1.0, 1.0], False),
        ([1.0, -1.0], True),
        ([1.0, -0.9], True),
        ([1.0, -0.5], False),
        ([1.0, *[0.0] * 7], False),
        ([0.0, 0.0], False),
    ],
)
def test_channels_that_cancel_each_other_are_noticed(
    tmp_path: Path, channels: list[float], cancelled: bool
) -> None:
    tone = np.sin(np.arange(80_000) / 30)[:, None]
    soundfile.write(tmp_path / "a.wav", 0.5 * tone * np.array(channels), 48_000, "FLOAT")
    downmix = Downmix()
    for _ in mono_pieces(tmp_path / "a.wav", 16000, downmix):
        pass
    assert downmix.is_cancelled is cancelled


def test_independent_channels_are_no_cancellation(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (50_000, 32))
    soundfile.write(tmp_path / "a.wav", noise, 16_000, "FLOAT")
    downmix = Downmix()
    for _ in mono_pieces(tmp_path / "a.wav", 16000, downmix):
        pass
    assert not downmix.is_cancelled
