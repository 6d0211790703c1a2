"""How and where to save a take."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from app.studio.exports.export_prompt import ExportPrompt, file_name, recorded_format
from app.studio.exports.export_worker import ExportJob
from core.api.request import GenerationRequest
from core.api.take import Take
from core.sound_files.audio_format import AudioFormat
from core.sound_files.export.settings import ExportSettings

TAKE = Take(
    request=GenerationRequest(prompt="rain"),
    sample_rate=16_000,
    waveform=np.zeros(16_000, np.float32),
    mel=np.zeros((100, 64), np.float32),
)


@pytest.fixture
def question(qapp, dialogs, memory):
    return ExportPrompt(dialogs, memory)


def fill_in(dialogs, **values):
    def fill(dialog):
        with_sidecar = values.pop("with_sidecar", False)
        dialog.draft.set_with_sidecar(with_sidecar)
        for field, value in values.items():
            dialog.draft.set_value(field, value)
        return True

    dialogs.filled_in = fill


def test_the_job_is_what_was_filled_in(question, dialogs, tmp_path):
    fill_in(dialogs, audio_format=AudioFormat.FLAC_24, channels=2)
    dialogs.save = (str(tmp_path / "organ.flac"), "")
    settings = ExportSettings(
        audio_format=AudioFormat.FLAC_24, channels=2, start_s=0.25, stop_s=0.5
    )
    wish = question.ask(None, TAKE, (0.25, 0.5))
    assert wish == ExportJob(tmp_path / "organ.flac", settings)


def test_a_name_without_an_ending_gets_that_of_its_format(question, dialogs, tmp_path):
    fill_in(dialogs, audio_format=AudioFormat.OGG)
    dialogs.save = (str(tmp_path / "take 1.5"), "")
    assert question.ask(None, TAKE, None).path == tmp_path / "take 1.5.ogg"
    assert dialogs.asked == []


@pytest.mark.parametrize("agreed", [True, False])
def test_a_file_met_by_adding_the_ending_is_asked_about(question, dialogs, tmp_path, agreed):
    (tmp_path / "take.wav").touch()
    dialogs.save, dialogs.agreed = (str(tmp_path / "take"), ""), agreed
    assert bool(question.ask(None, TAKE, None)) is agreed
    assert "take.wav is there already" in dialogs.asked[0]


@pytest.mark.parametrize("agreed", [True, False])
def test_settings_beside_the_sound_are_not_replaced_unasked(question, dialogs, tmp_path, agreed):
    (tmp_path / "take.wav.tessera.json").touch()
    fill_in(dialogs, with_sidecar=True)
    dialogs.save, dialogs.agreed = (str(tmp_path / "take.wav"), ""), agreed
    assert bool(question.ask(None, TAKE, None)) is agreed
    assert "take.wav.tessera.json is there already" in dialogs.asked[0]


def test_folder_and_settings_are_remembered(question, dialogs, tmp_path):
    fill_in(dialogs, audio_format=AudioFormat.FLAC_16, fade_in_s=0.5)
    dialogs.save = (str(tmp_path / "a.flac"), "")
    question.ask(None, TAKE, None)
    fill_in(dialogs)
    wish = question.ask(None, TAKE, None)
    assert Path(dialogs.asked_to_save[-1][0]) == tmp_path / "rain.flac"
    assert wish.settings == ExportSettings(audio_format=AudioFormat.FLAC_16, fade_in_s=0.5)


def test_a_remembered_folder_that_is_gone_is_not_offered(question, dialogs, memory):
    memory.keep("export/folder", "/no/such/folder")
    question.ask(None, TAKE, None)
    assert Path(dialogs.asked_to_save[-1][0]).parent == Path.home()


def test_cancelling_either_dialog_exports_nothing(question, dialogs):
    assert question.ask(None, TAKE, None) is None
    dialogs.filled_in = lambda dialog: False
    dialogs.save = ("/take.wav", "")
    assert question.ask(None, TAKE, None) is None
    assert len(dialogs.asked_to_save) == 1


def test_a_picture_goes_where_the_person_says(question, dialogs, tmp_path):
    dialogs.save = (str(tmp_path / "rain"), "")
    assert question.ask_picture_path(None, "rain") == tmp_path / "rain.png"


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Church organ, slow!", "church-organ-slow"),
        ("../../etc/passwd", "etc-passwd"),
        ("🥁🥁", "tessera"),
        ("", "tessera"),
        ("雨の音", "雨の音"),
        ("हिन्दी में घंटी", "हिन्दी-में-घंटी"),
        ("เสียงระฆัง ที่วัด", "เสียงระฆัง-ที่วัด"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_prompt_becomes_a_name_that_every_system_takes(prompt, name):
    assert file_name(prompt) == name


@pytest.mark.parametrize(
    ("subtype", "expected"),
    [
        ("PCM_16", AudioFormat.WAV_16),
        ("PCM_24", AudioFormat.WAV_24),
        ("FLOAT", AudioFormat.WAV_FLOAT),
    ],
)
def test_a_recording_begins_with_its_own_depth(question, dialogs, tmp_path, subtype, expected):
    path = tmp_path / "voice.wav"
    soundfile.write(path, np.zeros(100), 16_000, subtype)
    request = GenerationRequest(recording=str(path))
    dialogs.save = (str(tmp_path / "out.wav"), "")
    dialogs.filled_in = lambda dialog: True
    job = question.ask(None, replace(TAKE, request=request), None)
    assert job.settings.audio_format is expected
    assert question.ask(None, TAKE, None).settings.audio_format is AudioFormat.WAV_16


def test_a_recording_whose_file_is_gone_is_exported_exactly(tmp_path):
    request = GenerationRequest(recording=str(tmp_path / "gone.wav"))
    assert recorded_format(replace(TAKE, request=request)) is AudioFormat.WAV_FLOAT
