"""The preferences over the real window."""

from contextlib import closing

import pytest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton

from app.library.layout import FOLDER_KEY, library_folder
from app.library.library import DiskUse, Library
from app.library.library_error import LibraryError
from app.view_models.drafts.engine_preferences import remembered_engine
from app.view_models.language import Language, remembered_language
from app.views.dialogs.preferences_dialog import PreferencesDialog
from app.views.widgets.theme import ThemeChoice
from core.api.config import EngineConfig, Precision

LATER = "This takes effect after the next start."


@pytest.fixture
def preferences(studio):
    studio.commands.actions.preferences.trigger()
    dialog = QApplication.activeModalWidget()
    yield dialog
    dialog.reject()


def choose(box, value):
    index = box._values.index(value)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def text_of(section):
    """What all lines of a section say."""
    labels = section.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if not label.isHidden())


def test_a_theme_applies_at_once_and_the_menu_shows_it(studio, preferences):
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        choose(preferences.theme, choice)
        assert studio.theme.theme.name == choice
        assert studio.window.actions_.themes.checkedAction().data() == choice


def test_a_language_waits_for_the_next_start_and_says_so(memory, preferences):
    choose(preferences.language, Language.CHINESE)
    assert remembered_language(memory) is Language.CHINESE
    assert LATER in text_of(preferences._appearance)


def test_the_engine_of_the_next_start_is_chosen(memory, preferences, qtbot, studio):
    studio.session.prepare_engine()
    qtbot.waitUntil(lambda: studio.session.compute_devices == ("cuda", "cpu"))
    preferences.show_compute_devices(studio.session.compute_devices)
    choose(preferences.device, "cpu")
    choose(preferences.precision, Precision.BFLOAT16)
    assert remembered_engine(memory) == EngineConfig(device="cpu", precision=Precision.BFLOAT16)
    assert "This takes effect with the next sound." in text_of(preferences._engine)


def test_a_chosen_device_takes_the_place_of_those_that_share(studio, preferences):
    engine = studio.session.document.engine_draft
    engine.set_value("devices", ("cuda:0", "cuda:1"))
    preferences.show_compute_devices(["cuda:0", "cuda:1", "cpu"])
    choose(preferences.device, "cpu")
    assert engine.to_config() == EngineConfig(device="cpu", tiling=engine.to_config().tiling)


def test_a_chosen_device_that_is_gone_stays_on_offer(preferences):
    preferences.show_compute_devices(["cuda"])
    choose(preferences.device, "cuda")
    preferences.show_compute_devices(["cpu"])
    assert preferences.device.value == "cuda"


def test_the_sound_device_is_the_one_of_the_player(qtbot, studio, preferences, playback):
    studio.session.document.devices.rescan()
    qtbot.waitUntil(lambda: preferences.sound_device.count() > 1)
    name = studio.session.document.devices.names[0]
    choose(preferences.sound_device, name)
    assert studio.session.document.devices.chosen == name


def test_the_library_says_how_much_it_takes_and_is_cleaned_up(qtbot, studio, dialogs):
    studio.library.open()
    studio.session.document.draft.fill({"num_inference_steps": 2, "duration_s": 1.0})
    with qtbot.waitSignal(studio.library.library_worker.added) as added:
        studio.session.generate()
    studio.library.library_worker.trash([added.args[0].take_id])
    dialog = studio.commands.preferences.open()
    clean_up = next(b for b in dialog.findChildren(QPushButton) if "trash" in b.text())
    qtbot.waitUntil(clean_up.isEnabled)
    dialogs.agreed = False
    clean_up.click()
    dialogs.agreed = True
    clean_up.click()
    qtbot.waitUntil(lambda: "were freed" in text_of(dialog.library))
    qtbot.waitUntil(lambda: not clean_up.isEnabled())
    dialog.reject()


def test_another_folder_waits_for_the_next_start(studio, preferences, dialogs, memory, tmp_path):
    dialogs.folder = str(tmp_path / "elsewhere")
    change = next(
        button
        for button in preferences.findChildren(QPushButton)
        if button.accessibleName() == "Change the library's folder"
    )
    change.click()
    assert library_folder(memory) == tmp_path / "elsewhere"
    assert "next start" in text_of(preferences.library)


def test_closed_preferences_leave_nothing_behind(qtbot, studio):
    for _ in range(2):
        studio.commands.preferences.open().reject()
        qtbot.waitUntil(lambda: studio.window.findChildren(PreferencesDialog) == [])
    studio.library.library_worker.measured.emit(DiskUse(1, 2, 3))


@pytest.fixture
def unusable(memory, tmp_path):
    """A library's folder that cannot be made."""
    in_the_way = tmp_path / "file"
    in_the_way.write_text("no folder")
    memory.keep(FOLDER_KEY, str(in_the_way / "library"))


def test_an_unusable_library_asks_for_another_folder(
    unusable, qtbot, studio, memory, dialogs, *, tmp_path
):
    dialogs.folder = str(tmp_path / "other")
    dialogs.choice = None
    session, window = studio.session, studio.window
    with qtbot.waitSignal(studio.library.unusable):
        studio.library.open()
    assert "cannot be used" in dialogs.asked[0]
    session.document.draft.fill({"num_inference_steps": 2, "duration_s": 1.0})
    session.generate()
    qtbot.waitUntil(lambda: session.document.history.num_in_memory == 1)
    dialogs.choice = 0
    studio.commands.preferences.ask_other_folder(LibraryError(tmp_path, "no."))
    assert "from now on" in window.status_line.text
    qtbot.waitUntil(lambda: session.document.history.num_in_memory == 0)
    assert session.document.history.num_takes == 1
    assert len(list((tmp_path / "other" / "takes").iterdir())) == 1
    assert library_folder(memory) == tmp_path / "other"


def test_another_unusable_folder_is_asked_for_again(unusable, qtbot, studio, dialogs, memory):
    dialogs.folder = memory.text(FOLDER_KEY)
    with qtbot.waitSignals([studio.library.unusable] * 3):
        studio.library.open()
    dialogs.choice = None


def test_a_library_in_use_asks_for_no_other_folder(qtbot, studio, memory, dialogs):
    with closing(Library(library_folder(memory))):
        with qtbot.waitSignal(studio.library.failed):
            studio.library.open()
        qtbot.wait(50)
    assert dialogs.asked == []
