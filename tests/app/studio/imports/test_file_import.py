"""Files that come into the studio: dropped, pasted, or named at the start."""

import json
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile
import torch
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QGuiApplication

from app.studio.imports import file_reader
from app.studio.imports.file_import import FileImport
from app.views.widgets.buttons import IconButton
from core.api.lora import MAX_LORAS, Lora
from core.api.request import GenerationRequest
from core.sound_files.encoding.audio_writer import AudioWriter
from core.sound_files.sidecar import write_sidecar

REQUEST = GenerationRequest(prompt="kalimba <b>", seed=7, duration_s=3.5, guidance_scale=2.0)
NOISE = (0.1 * np.random.default_rng(0).standard_normal(16_000)).astype(np.float32)
SLOW_MS = 60_000  # the first picture imports torch


@pytest.fixture
def ours(tmp_path):
    with AudioWriter(tmp_path / "ours.wav", metadata=REQUEST.to_dict()) as writer:
        writer.write(NOISE)
    return tmp_path / "ours.wav"


@pytest.fixture
def strange(tmp_path):
    soundfile.write(tmp_path / "strange.wav", np.stack([NOISE] * 8, axis=1), 192_000)
    return tmp_path / "strange.wav"


def source_is_shown(window):
    return window.document.shown.source is not None


def test_a_settings_file_fills_in_settings_and_locks_the_seed(
    qtbot, window, file_import, session, tmp_path
):
    file_import.offer(write_sidecar(tmp_path / "a.wav", REQUEST))
    qtbot.waitUntil(lambda: session.document.draft.value("prompt") == REQUEST.prompt)
    assert session.document.draft.to_request() == REQUEST
    assert "settings of a.wav.tessera.json are filled in" in window.status_line.text


def test_a_sound_of_tessera_can_fill_in_its_settings(qtbot, file_import, session, dialogs, ours):
    dialogs.choice = 0
    file_import.offer(ours)
    qtbot.waitUntil(lambda: session.document.draft.value("prompt") == REQUEST.prompt)
    assert "ours.wav was made by Tessera: “kalimba <b>”" in dialogs.asked[0]
    assert session.document.draft.to_request() == REQUEST


def test_a_sound_of_tessera_can_be_opened_instead(qtbot, window, file_import, dialogs, ours):
    document = window.document
    dialogs.choice = 1
    file_import.offer(ours)
    qtbot.waitUntil(lambda: document.shown.take is not None, timeout=SLOW_MS)
    assert document.shown.take.request.recording == str(ours)
    assert document.draft.value("prompt") == ""


def test_a_cancelled_import_changes_nothing(qtbot, file_import, session, dialogs, ours):
    dialogs.choice, before = None, session.document.draft.to_json()
    file_import.offer(ours)
    qtbot.waitUntil(lambda: bool(dialogs.asked))
    assert session.document.draft.to_json() == before


def test_what_does_not_come_along_is_said(qtbot, window, file_import, session, tmp_path):
    path = write_sidecar(tmp_path / "a.wav", REQUEST)
    content = json.loads(path.read_text())
    content["request"] |= {"init_audio": r"\\server\a.wav", "model": "//server/model"}
    path.write_text(json.dumps(content))
    file_import.offer(path)
    qtbot.waitUntil(lambda: session.document.draft.value("prompt") == REQUEST.prompt)
    assert session.document.draft.value("init_audio") is None
    assert session.document.draft.value("model") == "bundled"
    assert "is not here" in window.status_line.text
    assert "lies on a network" in window.status_line.text


@pytest.mark.usefixtures("file_import")
def test_any_other_sound_is_opened_as_a_take(
    qtbot, window, file_import, session, *, dialogs, strange
):
    document = window.document
    finished, opened = [], []
    session.finished.connect(lambda name, take: finished.append((name, take)))
    file_import.opened.connect(opened.append)
    window.file_offered.emit(strange)
    qtbot.waitUntil(lambda: document.shown.take is not None, timeout=SLOW_MS)
    take = document.shown.take
    assert np.array_equal(take.waveform, soundfile.read(strange, dtype="float32")[0])
    assert (take.sample_rate, take.channels) == (192_000, 8)
    assert finished == [(document.shown.take_id, take)]
    assert opened == [strange]
    assert document.draft.value("init_audio") is None
    assert dialogs.asked == []
    title, caption = window.viewer_panel.header.texts
    assert title == "strange.wav"
    assert str(strange) in caption


@pytest.mark.usefixtures("file_import")
def test_the_next_sound_can_start_from_a_recording(qtbot, window, session, strange):
    assert not window.actions_.start_from.isEnabled()
    window.file_offered.emit(strange)
    qtbot.waitUntil(window.actions_.start_from.isEnabled, timeout=SLOW_MS)
    window.actions_.start_from.trigger()
    assert session.document.draft.value("init_audio") == str(strange)
    qtbot.waitUntil(lambda: source_is_shown(window), timeout=SLOW_MS)
    title, caption = window.viewer_panel.header.texts
    assert title == "strange.wav"
    assert "0:00.1 · 192 kHz · 8 channels" in caption


def test_what_is_missing_of_a_sound_is_said(qtbot, window, file_import, session, tmp_path):
    soundfile.write(tmp_path / "cut.wav", np.zeros(16_000), 16_000)
    whole = (tmp_path / "cut.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    session.document.draft.set_value("init_audio", str(tmp_path / "cut.wav"))
    qtbot.waitUntil(lambda: window.status_line.text.startswith("cut.wav: 0.5 s are missing"))
    file_import.offer(tmp_path / "cut.wav")
    qtbot.waitUntil(lambda: "0.5 s of it are missing" in window.status_line.text)


@pytest.mark.usefixtures("file_import")
def test_the_source_is_hidden_when_it_is_removed_or_closed(qtbot, window, session, strange):
    session.document.draft.set_value("init_audio", str(strange))
    qtbot.waitUntil(lambda: source_is_shown(window), timeout=SLOW_MS)
    leave = next(b for b in window.findChildren(IconButton) if "Close the source" in b.toolTip())
    qtbot.mouseClick(leave, Qt.MouseButton.LeftButton)
    assert not source_is_shown(window)
    assert window.document.draft.value("init_audio") == str(strange)
    session.document.draft.set_value("init_audio", None)
    session.document.draft.set_value("init_audio", str(strange))
    qtbot.waitUntil(lambda: source_is_shown(window), timeout=SLOW_MS)
    session.document.draft.set_value("init_audio", None)
    assert not source_is_shown(window)
    assert window.viewer_panel.welcome.isVisible()


@pytest.mark.usefixtures("file_import")
def test_a_run_replaces_the_source_on_show(qtbot, window, session, strange):
    session.document.draft.set_value("init_audio", str(strange))
    qtbot.waitUntil(lambda: source_is_shown(window), timeout=SLOW_MS)
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 2.0})
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    assert not source_is_shown(window)


@pytest.mark.usefixtures("file_import")
def test_a_source_is_heard_and_nothing_acts_on_the_take_behind_it(
    qtbot, window, session, playback, strange
):
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 2.0})
    session.generate()
    qtbot.waitUntil(lambda: session.document.shown.take is not None)
    take = session.document.shown.take
    session.document.transport.pause()
    session.document.transport.seek(1.5)
    session.document.draft.set_value("init_audio", str(strange))
    qtbot.waitUntil(lambda: source_is_shown(window), timeout=SLOW_MS)
    assert not playback.is_playing
    window.viewer_panel.view.setFocus()
    qtbot.keyClick(window.viewer_panel.view, Qt.Key.Key_Space)
    assert playback.is_playing
    assert playback.duration_s == pytest.approx(16_000 / 192_000, abs=1e-3)
    assert not np.isnan(playback.samples).any()
    assert np.abs(playback.samples).max() > 0.01
    for action in (
        window.actions_.export,
        window.actions_.copy_sound,
        window.actions_.export_picture,
    ):
        assert not action.isEnabled()
    assert not window.library_actions.compare.isEnabled()
    window.viewer_panel.header.source_left.emit()
    assert session.document.shown.take is take
    assert (playback.position_s, playback.is_playing) == (1.5, False)


def test_before_the_engine_is_there_the_picture_waits_for_it(
    qtbot, window, session, dialogs, strange
):
    file_import = FileImport(window, session, dialogs)
    session.document.draft.set_value("init_audio", str(strange))
    assert not source_is_shown(window)
    session.prepare_engine()
    qtbot.waitUntil(lambda: source_is_shown(window), timeout=SLOW_MS)
    file_import.wait()


def test_before_the_engine_is_there_a_recording_waits_for_it(
    qtbot, window, session, dialogs, strange
):
    file_import = FileImport(window, session, dialogs)
    file_import.offer(strange)
    qtbot.waitUntil(lambda: file_import._waits_for_engine is not None)
    assert window.document.shown.take is None
    session.prepare_engine()
    qtbot.waitUntil(lambda: window.document.shown.take is not None, timeout=SLOW_MS)
    file_import.wait()


def test_a_file_that_cannot_be_used_is_a_sentence(qtbot, file_import, session, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"\0" * 100)
    with qtbot.waitSignal(file_import.failed) as failed:
        file_import.offer(tmp_path / "a.wav")
    assert "no sound file" in str(failed.args[0])
    assert session.document.draft.value("init_audio") is None


def test_a_source_that_turns_out_unusable_is_taken_back(qtbot, file_import, session, tmp_path):
    soundfile.write(tmp_path / "a.wav", np.array([0.0, np.nan] * 500), 16_000, "FLOAT")
    with qtbot.waitSignal(file_import.failed, timeout=SLOW_MS) as failed:
        session.document.draft.set_value("init_audio", str(tmp_path / "a.wav"))
    assert "not numbers" in str(failed.args[0])
    assert session.document.draft.value("init_audio") is None


def test_a_copied_file_can_be_pasted(qtbot, window, file_import, session, tmp_path):
    path = write_sidecar(tmp_path / "a.wav", REQUEST)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    QGuiApplication.clipboard().setMimeData(data)
    window.actions_.paste.trigger()
    qtbot.waitUntil(lambda: session.document.draft.value("prompt") == REQUEST.prompt)
    QGuiApplication.clipboard().setText("words")
    window.actions_.paste.trigger()
    assert "no file on the clipboard" in window.status_line.text


def test_a_safetensors_file_becomes_a_lora(qtbot, window, file_import, session):
    file_import.offer(Path("/loras/organ.safetensors"))
    qtbot.waitUntil(lambda: bool(session.document.draft.value("loras")))
    assert session.document.draft.value("loras") == (Lora("/loras/organ.safetensors"),)
    assert "organ.safetensors is added to the LoRAs" in window.status_line.text


def test_a_lora_leaves_the_picture_of_a_source_alone(
    qtbot, window, file_import, session, *, strange, monkeypatch
):
    is_begun, may_go_on = threading.Event(), threading.Event()
    read = file_reader.read_preview

    def read_slowly(path, progress):
        is_begun.set()
        may_go_on.wait(60)
        return read(path, progress)

    monkeypatch.setattr(file_reader, "read_preview", read_slowly)
    session.document.draft.set_value("init_audio", str(strange))
    qtbot.waitUntil(is_begun.is_set, timeout=SLOW_MS)
    file_import.offer(Path("/loras/organ.safetensors"))
    qtbot.waitUntil(lambda: bool(session.document.draft.value("loras")))
    may_go_on.set()
    qtbot.waitUntil(lambda: source_is_shown(window), timeout=SLOW_MS)


@pytest.mark.parametrize("is_zip", [True, False], ids=["zip", "legacy"])
def test_a_pickle_is_a_lora_by_the_names_of_its_tensors(
    qtbot, file_import, session, tmp_path, is_zip
):
    names = ["lora_unet_mid_block.lora_down.weight", "lora_unet_mid_block.lora_up.weight"]
    tensors = dict.fromkeys(names, torch.ones(2, 2))
    torch.save(tensors, tmp_path / "organ.pt", _use_new_zipfile_serialization=is_zip)
    for path in (tmp_path / "organ.pt", tmp_path):
        file_import.offer(path)
        qtbot.waitUntil(lambda path=path: Lora(str(path)) in session.document.draft.value("loras"))


def test_more_loras_than_a_request_holds_are_refused(qtbot, file_import, session):
    loras = (Lora("/loras/organ"),) * MAX_LORAS
    session.document.draft.set_value("loras", loras)
    with qtbot.waitSignal(file_import.failed) as failure:
        file_import.offer(Path("/loras/bells.safetensors"))
    assert failure.args[0].field == "loras"
    assert session.document.draft.value("loras") == loras


def test_a_lora_that_is_not_here_is_said(qtbot, window, file_import, session, tmp_path):
    request = replace(REQUEST, loras=(Lora(str(tmp_path / "none")), Lora(str(tmp_path))))
    file_import.offer(write_sidecar(tmp_path / "a.wav", request))
    qtbot.waitUntil(lambda: session.document.draft.value("prompt") == REQUEST.prompt)
    assert session.document.draft.value("loras") == (Lora(str(tmp_path)),)
    assert "A LoRA that it used is not here" in window.status_line.text
