"""Saving a take."""

import threading

import numpy as np
import pytest

from app.studio.exports.export_worker import ExportJob, ExportWorker
from core.api.errors import AudioFileError
from core.api.request import GenerationRequest
from core.api.take import Take
from core.sound_files.audio_file import read_audio, read_metadata
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings
from core.sound_files.sidecar import read_sidecar, sidecar_path

REQUEST = GenerationRequest(prompt="kalimba", seed=7, duration_s=0.5)


@pytest.fixture
def take():
    samples = np.sin(np.arange(8000, dtype=np.float32) * 0.1) * np.float32(0.5)
    return Take(
        request=REQUEST, sample_rate=16000, waveform=samples, mel=np.zeros((50, 64), np.float32)
    )


@pytest.fixture
def exporter(qapp):
    exporter = ExportWorker()
    yield exporter
    exporter.wait()


@pytest.mark.parametrize("audio_format", [AudioFormat.WAV_FLOAT, AudioFormat.FLAC_24])
def test_a_saved_take_holds_its_samples_and_its_request(
    qtbot, tmp_path, exporter, take, audio_format
):
    path = tmp_path / f"kalimba.{audio_format.container.lower()}"
    with qtbot.waitSignal(exporter.finished) as saved:
        exporter.export(take, ExportJob(path, ExportSettings(audio_format=audio_format)))
    assert saved.args[0].path == path
    samples, sample_rate = read_audio(path)
    assert sample_rate == 16000
    np.testing.assert_allclose(samples[0], take.waveform, atol=2**-22)
    assert GenerationRequest.from_dict(read_metadata(path)) == REQUEST
    assert not sidecar_path(path).exists()


def test_settings_are_written_beside_the_sound_when_asked_for(qtbot, tmp_path, exporter, take):
    with qtbot.waitSignal(exporter.finished):
        exporter.export(take, ExportJob(tmp_path / "a.wav", with_sidecar=True))
    assert read_sidecar(sidecar_path(tmp_path / "a.wav")) == REQUEST


def test_a_sound_is_saved_where_its_settings_cannot_be(qtbot, tmp_path, exporter, take):
    path = tmp_path / "a.wav"
    sidecar_path(path).mkdir()
    with qtbot.waitSignal(exporter.finished) as saved:
        exporter.export(take, ExportJob(path, with_sidecar=True))
    assert read_audio(path)[0].shape == (1, 8000)
    assert str(sidecar_path(path)) in str(saved.args[0].missing)


def test_it_reports_how_far_it_is(qtbot, tmp_path, exporter, take):
    heard = []
    exporter.started.connect(heard.append)
    exporter.advanced.connect(heard.append)
    with qtbot.waitSignal(exporter.finished):
        exporter.export(take, ExportJob(tmp_path / "a.wav"))
    assert heard[0] == tmp_path / "a.wav"
    assert (heard[1], heard[-1]) == (0.0, 1.0)


def test_cancelling_gives_up_the_file_in_hand_and_no_other(qtbot, tmp_path, exporter, take):
    begun, show_next = threading.Event(), threading.Event()

    def write(progress):
        begun.set()
        show_next.wait(10)
        progress.check_cancelled()

    exporter.run(tmp_path / "a.wav", write)
    exporter.export(take, ExportJob(tmp_path / "b.wav"))
    assert begun.wait(10)
    with qtbot.waitSignals([exporter.cancelled, exporter.finished]):
        exporter.cancel()
        show_next.set()
    assert [path.name for path in tmp_path.iterdir()] == ["b.wav"]


def test_cancelling_nothing_leaves_the_next_file_alone(qtbot, tmp_path, exporter, take):
    with qtbot.assertNotEmitted(exporter.cancelled), qtbot.waitSignal(exporter.finished):
        exporter.cancel()
        exporter.export(take, ExportJob(tmp_path / "a.wav"))
    assert (tmp_path / "a.wav").exists()


def test_a_path_that_cannot_be_written_is_reported(qtbot, tmp_path, exporter, take):
    path = tmp_path / "no" / "such" / "folder.wav"
    with qtbot.waitSignal(exporter.failed) as failure:
        exporter.export(take, ExportJob(path))
    assert isinstance(failure.args[0], AudioFileError)


def test_an_unexpected_failure_is_logged_and_reported(qtbot, tmp_path, exporter, take, expect_log):
    expect_log("an export failed")
    with qtbot.waitSignal(exporter.failed) as failure:
        exporter.export(None, ExportJob(tmp_path / "x.wav"))
    assert isinstance(failure.args[0], AttributeError)
