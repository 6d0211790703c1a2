"""Saving a take."""

import numpy as np
import pytest

from app.exporter import Exporter, ExportWish
from core.audio_file import read_audio, read_metadata
from core.audio_format import AudioFormat
from core.errors import AudioFileError
from core.request import GenerationRequest
from tests.app.fake_engine import FakeTake

REQUEST = GenerationRequest(prompt="kalimba", seed=7, duration_s=0.5)


@pytest.fixture
def take():
    samples = np.sin(np.arange(8000, dtype=np.float32) * 0.1) * np.float32(0.5)
    return FakeTake(REQUEST, 16000, samples, np.zeros((50, 64), np.float32))


@pytest.fixture
def exporter(qapp):
    exporter = Exporter()
    yield exporter
    exporter.wait()


@pytest.mark.parametrize("audio_format", [AudioFormat.WAV_FLOAT, AudioFormat.FLAC_24])
def test_a_saved_take_holds_its_samples_and_its_request(
    qtbot, tmp_path, exporter, take, audio_format
):
    path = tmp_path / f"kalimba.{audio_format.container.lower()}"
    with qtbot.waitSignal(exporter.finished) as saved:
        exporter.export(take, ExportWish(path, audio_format))
    assert saved.args == [path]
    samples, sample_rate = read_audio(path)
    assert sample_rate == 16000
    np.testing.assert_allclose(samples[0], take.waveform, atol=2**-22)
    assert GenerationRequest.from_dict(read_metadata(path)) == REQUEST


def test_a_place_that_cannot_be_written_is_told(qtbot, tmp_path, exporter, take):
    path = tmp_path / "no" / "such" / "folder.wav"
    with qtbot.waitSignal(exporter.failed) as failure:
        exporter.export(take, ExportWish(path, AudioFormat.WAV_16))
    assert isinstance(failure.args[0], AudioFileError)


def test_an_unforeseen_failure_is_logged_and_told(qtbot, tmp_path, exporter, take, expect_log):
    expect_log("an export failed")
    with qtbot.waitSignal(exporter.failed) as failure:
        exporter.export(None, ExportWish(tmp_path / "x.wav", AudioFormat.WAV_16))
    assert isinstance(failure.args[0], AttributeError)
