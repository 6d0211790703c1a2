"""The dialog begins and ends recordings, asks before one is lost, and leaves the window usable."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.library.layout import library_folder
from app.view_models.recording.recorder import FinishedRecording, InputProblem, InputTrouble
from app.views.texts.guide_page import GuidePage, guide_page_of
from app.views.widgets.theme import LIGHT
from tests.app.fake_recorder import FakeKept


@pytest.fixture
def dialog(qtbot, recording_studio):
    recording_studio.window.actions_.record.trigger()
    dialog = recording_studio.record.dialog
    qtbot.waitUntil(dialog.isVisible)
    yield dialog
    dialog.hide()


def press(dialog, key):
    QTest.keyClick(dialog.focusWidget() or dialog, key)


def test_the_dialog_listens_at_once_and_blocks_nothing(dialog, recorder):
    assert recorder.choice is not None
    assert not dialog.isModal()
    assert dialog.record.isEnabled()
    assert "48,000 Hz, mono" in dialog.state.text()


def test_space_begins_and_ends(qtbot, dialog, recorder, memory):
    dialog.activateWindow()
    dialog.record.setFocus()
    press(dialog, Qt.Key.Key_Space)
    ((folder, name),) = recorder.recordings
    assert folder == library_folder(memory) / "recordings"
    assert name.startswith("Recording 20")
    recorder.recorded_s = 12.3
    qtbot.waitUntil(lambda: dialog.clock.text() == "0:12.3")
    assert dialog.record.text() == "Stop and keep"
    press(dialog, Qt.Key.Key_Space)
    assert recorder.stops == 1


def test_space_ends_a_recording_wherever_the_focus_was(dialog, recorder):
    dialog.activateWindow()
    dialog.input_choice.setFocus()
    press(dialog, Qt.Key.Key_Space)
    assert len(recorder.recordings) == 1
    press(dialog, Qt.Key.Key_Space)
    assert (recorder.stops, recorder.discards) == (1, 0)


def test_the_focus_waits_for_the_input(qtbot, recording_studio, recorder):
    recorder.trouble = InputTrouble(InputProblem.NO_DEVICE)
    dialog = recording_studio.record.open()
    dialog.activateWindow()
    recorder.trouble, recorder.device = None, "Microphone"
    qtbot.waitUntil(lambda: dialog.focusWidget() is dialog.record)
    dialog.hide()


def test_a_finished_recording_closes_the_dialog_and_becomes_a_take(
    qtbot, dialog, recorder, recording_studio, monkeypatch
):
    added = []
    monkeypatch.setattr(recording_studio._recordings, "add", lambda *args: added.append(args))
    dialog.record.click()
    kept = FakeKept(Path("/a/Recording.wav"), 3.0)
    recorder.end(FinishedRecording(kept, num_gaps=2))
    qtbot.waitUntil(lambda: not dialog.isVisible())
    ((first, sentence),) = added
    assert first is kept
    assert recording_studio.window.status_line.text == "Opening Recording…"
    assert sentence.startswith("Recording is recorded: 0:03.0.")
    assert "missing at 2 places" in sentence
    assert recorder.choice is None  # the input is free


def test_a_lost_input_keeps_what_was_recorded_and_says_so(
    qtbot, dialog, recorder, recording_studio, monkeypatch
):
    added = []
    monkeypatch.setattr(recording_studio._recordings, "add", lambda *args: added.append(args))
    dialog.record.click()
    lost = InputTrouble(InputProblem.LOST, "Microphone")
    recorder.trouble, recorder.device = lost, ""
    recorder.end(FinishedRecording(FakeKept(Path("/a/Recording.wav"), 3.0), lost))
    qtbot.waitUntil(lambda: bool(added))
    assert added[0][1] == (
        "“Microphone” gives no sound any more. Connect it again, or choose another input. "
        "What was recorded until then, 0:03.0, is kept."
    )
    assert dialog.isVisible()
    assert dialog.state.property("role") == "error"
    assert not dialog.record.isEnabled()


@pytest.mark.parametrize("agrees", [True, False])
def test_escape_asks_before_a_recording_is_lost(dialog, recorder, dialogs, agrees):
    dialogs.agreed = agrees
    dialog.record.click()
    recorder.recorded_s = 5.0
    press(dialog, Qt.Key.Key_Escape)
    assert dialogs.asked == ["Discard the recording? 0:05.0 were recorded; nothing of it is kept."]
    assert recorder.discards == agrees
    assert dialog.isVisible() is not agrees


def test_escape_closes_where_nothing_is_recorded(dialog, recorder, dialogs):
    press(dialog, Qt.Key.Key_Escape)
    assert dialogs.asked == []
    assert not dialog.isVisible()
    assert recorder.choice is None


def test_choices_go_to_the_recorder_and_rest_while_it_records(qtbot, dialog, recorder):
    dialog.input_choice.chosen.emit("Line")
    dialog.channels.chosen.emit(2)
    dialog.pre_roll.setValue(2.5)
    assert (recorder.choice.device, recorder.choice.channels) == ("Line", 2)
    assert recorder.choice.pre_roll_s == 2.5
    dialog.look_again.click()
    assert recorder.rescans == 1
    dialog.record.click()
    for field in (dialog.input_choice, dialog.channels, dialog.pre_roll, dialog.look_again):
        assert not field.isEnabled()


def test_the_right_channel_has_a_meter_where_it_is_stereo(qtbot, dialog):
    assert not dialog.level_meters[1].isVisible()
    dialog.channels.chosen.emit(2)
    qtbot.waitUntil(dialog.level_meters[1].isVisible)


def test_an_input_that_appears_is_offered(qtbot, dialog, recorder):
    recorder.device_names = ("Microphone", "Line", "Interface")
    qtbot.waitUntil(lambda: dialog.input_choice.count() == 4)


def test_space_presses_another_button_that_has_the_focus(dialog, recorder):
    dialog.activateWindow()
    dialog.look_again.setFocus()
    press(dialog, Qt.Key.Key_Space)
    assert (recorder.rescans, recorder.recordings) == (1, [])


def test_silence_says_where_the_microphone_is_allowed(qtbot, dialog, recorder, monkeypatch):
    recorder.silent_s = 3.0
    for platform, place in (("darwin", "System Settings"), ("win32", "Let desktop apps")):
        monkeypatch.setattr("sys.platform", platform)
        dialog._on_changed()
        assert "Only silence comes from “Microphone”" in dialog.state.text()
        assert place in dialog.state.text()


@pytest.mark.parametrize("problem", InputProblem)
def test_every_problem_has_a_sentence(qtbot, dialog, recorder, problem):
    recorder.trouble = InputTrouble(problem, "Microphone", "the reason.")
    recorder.device = ""
    qtbot.waitUntil(lambda: dialog.state.property("role") == "error")
    assert "{" not in dialog.state.text()
    assert not dialog.record.isEnabled()


def test_closing_the_window_ends_the_recording(dialog, recorder, recording_studio):
    dialog.record.click()
    recording_studio.window.left.emit()
    assert not dialog.isVisible()
    assert recorder.choice is None


def test_every_control_has_a_name(dialog):
    fields = (dialog.input_choice, dialog.channels, dialog.pre_roll, dialog.look_again)
    for widget in (*fields, dialog.lamp, *dialog.level_meters, dialog.clock):
        assert widget.accessibleName()
    assert dialog.record.text()
    assert dialog.leave.text()


def test_the_key_of_the_guide_opens_its_page(qtbot, dialog, recording_studio):
    dialog.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    assert guide_page_of(dialog.focusWidget()) is GuidePage.RECORD
    press(dialog, Qt.Key.Key_F1)
    guide = recording_studio.commands.guide.shown
    assert guide.page is GuidePage.RECORD
    guide.close()


def test_the_dialog_changes_its_colours(dialog, recording_studio):
    recording_studio.record.set_theme(LIGHT)
    assert dialog.look_again.theme is LIGHT
