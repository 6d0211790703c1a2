"""What is said of the level and the length of a written sound."""

from pathlib import Path

import numpy as np
import pytest

from app.cli.output import announce_clipping, write_samples
from core.api.events import Event, Notice
from core.api.progress import Progress
from core.sound_files.audio_file import read_audio
from core.sound_files.audio_format import AudioFormat
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.export.settings import ExportSettings, Normalisation

TONE = np.sin(np.arange(16_000) / 5).astype(np.float32)


def _sentences(path: Path, samples: np.ndarray, settings: ExportSettings) -> list[str]:
    events: list[Event] = []
    progress = Progress(events.append)
    with AudioWriter(path, audio_format=settings.audio_format) as writer:
        write_samples(writer, samples, 16000, settings, progress)
    announce_clipping(writer, progress)
    return [event.sentence for event in events if isinstance(event, Notice)]


@pytest.mark.parametrize("audio_format", [AudioFormat.WAV_16, AudioFormat.FLAC_24])
def test_samples_that_are_cut_off_are_counted_with_the_peak(
    tmp_path: Path, audio_format: AudioFormat
) -> None:
    samples = 1.5 * TONE
    settings = ExportSettings(audio_format=audio_format)
    (sentence,) = _sentences(tmp_path / "a", samples, settings)

    count = np.count_nonzero(np.abs(samples) > 1)
    assert sentence.startswith(f"Samples cut off at full scale: {count:,}. The sound peaks at")
    assert "peaks at +3.5 dB. --normalise" in sentence


def test_floats_and_quieter_sounds_are_not_cut_off(tmp_path: Path) -> None:
    exact = ExportSettings(audio_format=AudioFormat.WAV_FLOAT)
    assert _sentences(tmp_path / "a.wav", 1.5 * TONE, exact) == []
    assert _sentences(tmp_path / "a.wav", TONE, ExportSettings()) == []


@pytest.mark.parametrize("normalisation", [Normalisation.PEAK, Normalisation.LOUDNESS])
def test_silence_is_not_brought_to_full_scale(tmp_path: Path, normalisation: Normalisation) -> None:
    noise = np.random.default_rng(0).normal(0, 1e-5, 16_000).astype(np.float32)
    settings = ExportSettings(audio_format=AudioFormat.WAV_FLOAT, normalisation=normalisation)

    (sentence,) = _sentences(tmp_path / "a.wav", noise, settings)

    assert "silence" in sentence
    np.testing.assert_array_equal(read_audio(tmp_path / "a.wav")[0][0], noise)


def test_a_loudness_that_the_peaks_do_not_allow_is_said(tmp_path: Path) -> None:
    clicks = np.zeros(16_000, np.float32)
    clicks[::4000] = 0.9
    settings = ExportSettings(normalisation=Normalisation.LOUDNESS, loudness_lufs=-5.0)

    (sentence,) = _sentences(tmp_path / "a.wav", clicks, settings)

    assert sentence.endswith("LUFS: more would put true peaks above -1 dB.")
