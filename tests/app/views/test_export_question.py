"""Where to save a take."""

from pathlib import Path

import pytest

from app.views.export_question import ExportQuestion, file_name
from core.audio_format import AudioFormat


@pytest.fixture
def question(qapp, dialogs, memory):
    return ExportQuestion(dialogs, memory)


def test_the_chosen_kind_decides_the_format(question, dialogs, tmp_path):
    dialogs.save = (str(tmp_path / "organ.flac"), question.kinds()[AudioFormat.FLAC_24])
    wish = question.ask(None, "organ")
    assert wish.audio_format is AudioFormat.FLAC_24
    assert wish.path == tmp_path / "organ.flac"


def test_a_name_without_an_ending_gets_that_of_its_format(question, dialogs, tmp_path):
    dialogs.save = (str(tmp_path / "take 1.5"), question.kinds()[AudioFormat.OGG])
    assert question.ask(None, "organ").path == tmp_path / "take 1.5.ogg"


def test_folder_and_format_are_remembered(question, dialogs, tmp_path):
    dialogs.save = (str(tmp_path / "a.flac"), question.kinds()[AudioFormat.FLAC_16])
    question.ask(None, "a")
    question.ask(None, "rain")
    start, kind = dialogs.asked_to_save[-1]
    assert Path(start) == tmp_path / "rain.flac"
    assert kind == question.kinds()[AudioFormat.FLAC_16]


def test_a_remembered_folder_that_is_gone_is_not_offered(question, dialogs, memory):
    memory.keep("export/folder", "/no/such/folder")
    question.ask(None, "rain")
    assert Path(dialogs.asked_to_save[-1][0]).parent == Path.home()


def test_thinking_better_of_it_is_no_wish(question):
    assert question.ask(None, "rain") is None


@pytest.mark.parametrize(
    ("prompt", "name"),
    [
        ("Church organ, slow!", "church-organ-slow"),
        ("../../etc/passwd", "etc-passwd"),
        ("🥁🥁", "tessera"),
        ("", "tessera"),
        ("雨の音", "雨の音"),
        ("x" * 500, "x" * 60),
    ],
)
def test_a_prompt_becomes_a_name_that_every_system_takes(prompt, name):
    assert file_name(prompt) == name
