"""The estimated size of a file."""

from pathlib import Path

import numpy as np
import pytest

from core.api.request import GenerationRequest
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import SAMPLE_RATES, ExportSettings
from core.sound_files.export.size import estimated_bytes
from core.sound_files.export.writing import write_export


@pytest.mark.parametrize("audio_format", list(AudioFormat))
@pytest.mark.parametrize("sample_rate", SAMPLE_RATES)
@pytest.mark.parametrize("channels", [1, 2])
def test_the_estimate_is_near_what_is_written(
    audio_format: AudioFormat, sample_rate: int, channels: int, tmp_path: Path
) -> None:
    noise = np.random.default_rng(0).standard_normal(10 * 16_000)
    tone = 0.3 * np.sin(np.arange(len(noise)) * 0.1)
    take = (tone + 0.02 * noise).astype(np.float32)
    wish = ExportSettings(audio_format=audio_format, sample_rate=sample_rate, channels=channels)
    path = tmp_path / f"a{audio_format.suffix}"
    exported = write_export(path, take, 16_000, wish, request=GenerationRequest())
    estimate = estimated_bytes(exported.num_frames, exported.sample_rate, wish)
    exact = audio_format.container == "WAV"
    assert path.stat().st_size == pytest.approx(estimate, abs=2000, rel=0 if exact else 0.4)
