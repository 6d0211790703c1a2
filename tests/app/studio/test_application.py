"""The whole studio, put together as it runs."""

import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.library.layout import library_folder
from app.studio import help_commands
from app.studio.application import Studio
from app.view_models.takes.session_state import SessionState
from app.views.widgets.theme import DARK, LIGHT, ThemeChoice
from core.api.errors import ModelLoadError
from core.sound_files.audio_file import read_audio

WAV = "WAV, 16 bit (*.wav)"
START_CODE = """
import sys, app.studio.application
heavy = {"torch", "diffusers", "transformers", "scipy", "soundfile", "sounddevice"}
print(sorted(heavy & set(sys.modules)))
"""


@pytest.fixture
def studio(qapp, engine, playback, memory, dialogs):
    studio = Studio(qapp, lambda: engine, playback, memory, dialogs)
    studio.session.document.draft.fill({"num_inference_steps": 2, "duration_s": 2.0})
    yield studio
    studio.window.hide()
    studio.join()
    studio.window.deleteLater()


def generate(qtbot, studio):
    studio.session.generate()
    qtbot.waitUntil(lambda: studio.session.document.shown.take is not None)


def test_starting_imports_no_network_library_and_no_sound():
    words = subprocess.run(
        [sys.executable, "-c", START_CODE], check=True, capture_output=True, text=True
    )
    assert words.stdout.strip() == "[]"


def test_opening_shows_the_window_and_prepares_the_engine(qtbot, studio, engine):
    with qtbot.waitSignal(studio.session.engine_prepared):
        studio.open()
        assert studio.window.isVisible()
    assert engine.loaded == ["bundled"]


def test_a_take_is_exported_where_the_person_says(qtbot, studio, dialogs, tmp_path):
    generate(qtbot, studio)
    path = tmp_path / "take.wav"
    dialogs.save = (str(path), WAV)
    studio.window.actions_.export.trigger()
    qtbot.waitUntil(lambda: "take.wav" in studio.window.status_line.text)
    assert read_audio(path)[0].shape == (1, 32_000)


def test_a_failed_export_is_explained_and_the_next_one_works(qtbot, studio, dialogs, tmp_path):
    generate(qtbot, studio)
    dialogs.save = (str(tmp_path / "gone" / "take.wav"), WAV)
    studio.window.actions_.export.trigger()
    qtbot.waitUntil(lambda: "take.wav" in studio.window.status_line.text)
    dialogs.save = (str(tmp_path / "take.wav"), WAV)
    studio.window.actions_.export.trigger()
    qtbot.waitUntil((tmp_path / "take.wav").exists)
    qtbot.waitUntil(lambda: studio.session.document.status.error is None)


def test_nothing_can_be_exported_before_there_is_a_take(studio, dialogs):
    studio.window.actions_.export.trigger()
    studio.window.export_requested.emit()
    assert dialogs.asked_to_save == []


def test_the_details_of_an_error_are_copied_with_the_request(qtbot, studio, engine):
    engine.error = ModelLoadError("/models/mine", "there is no vae in this folder.")
    studio.session.generate()
    qtbot.waitUntil(lambda: studio.session.document.status.error is not None)
    studio.window.copy_requested.emit()
    report = QGuiApplication.clipboard().text()
    assert "there is no vae" in report
    assert '"num_inference_steps": 2' in report


def test_an_unexpected_error_is_shown_and_the_window_goes_on(qtbot, studio):
    studio.show_error(ZeroDivisionError("inside"))
    qtbot.waitUntil(lambda: studio.session.document.status.error is not None)
    assert "did not foresee" in studio.window.status_line.text
    generate(qtbot, studio)
    assert studio.session.document.status.error is None


def test_a_chosen_theme_is_applied_and_remembered(studio, memory):
    by_choice = {action.data(): action for action in studio.window.actions_.themes.actions()}
    for choice, theme in ((ThemeChoice.LIGHT, LIGHT), (ThemeChoice.DARK, DARK)):
        by_choice[choice].trigger()
        corner = studio.window.viewer_panel.view.grab().toImage().pixelColor(2, 2).name()
        assert corner == theme.window
        assert memory.text("theme") == choice


def test_the_studio_says_what_it_is(studio, dialogs):
    studio.window.actions_.about.trigger()
    assert "Apache" in dialogs.shown[0]


def test_the_licences_of_all_parts_can_be_read(studio, dialogs):
    studio.window.actions_.licences.trigger()
    assert "torch 2.13.0" in dialogs.shown[0]


def test_the_diagnosis_is_shown_and_on_the_clipboard(qtbot, studio, dialogs, monkeypatch):
    command = [sys.executable, "-c", "print('Nothing is wrong.')"]
    monkeypatch.setattr(help_commands, "doctor_command", lambda: command)
    studio.window.actions_.diagnose.trigger()
    qtbot.waitUntil(lambda: bool(dialogs.shown), timeout=30_000)
    assert dialogs.shown[0] == QGuiApplication.clipboard().text() == "Nothing is wrong.\n"


def test_a_diagnosis_that_crashes_is_reported(qtbot, studio, monkeypatch):
    monkeypatch.setattr(help_commands, "doctor_command", lambda: ["/no/such/program", "doctor"])
    studio.window.actions_.diagnose.trigger()
    qtbot.waitUntil(lambda: "failed" in studio.window.status_line.text, timeout=30_000)


def test_closing_the_window_ends_the_thread_and_the_application(qtbot, qapp, studio, engine):
    studio.open()
    studio.window.close()
    qtbot.waitUntil(lambda: studio.session.state is SessionState.STOPPED)
    assert not studio.window.isVisible()


def test_every_shortcut_is_given_once(studio):
    actions = studio.window.actions_.findChildren(type(studio.window.actions_.quit))
    keys = [key.toString() for action in actions for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert Qt.Key.Key_Space not in keys


def test_a_damaged_library_is_reported_and_the_takes_are_there(
    qtbot, engine, playback, memory, dialogs
):
    def start():
        return Studio(QGuiApplication.instance(), lambda: engine, playback, memory, dialogs)

    studio = start()
    studio.session.document.draft.fill({"num_inference_steps": 2, "duration_s": 2.0})
    generate(qtbot, studio)
    studio.join()
    (library_folder(memory) / "library.sqlite").write_bytes(b"nonsense" * 1000)
    studio.window.deleteLater()  # by Qt, as the fixture does: the garbage collector may crash
    again = start()
    with qtbot.waitSignal(again.library.opened):
        again.open()
    assert again.session.document.history.num_takes == 1
    assert "rebuilt" in dialogs.shown[0]
    again.window.hide()
    again.join()
    again.window.deleteLater()


def test_deleting_a_take_is_undone_like_any_other_change(qtbot, studio):
    generate(qtbot, studio)
    history = studio.session.document.history
    qtbot.waitUntil(lambda: history.num_takes == 1)
    stack = studio.session.undo.stack
    steps_before = stack.count()
    history.trash([studio.session.document.shown.take_id])
    assert history.num_takes == 0
    assert stack.count() == steps_before + 1
    studio.commands.actions.undo.trigger()
    assert history.num_takes == 1
