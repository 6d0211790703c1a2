"""The preferences over the real window."""

import pytest
from PySide6.QtWidgets import QApplication

from app.application import Studio
from app.models.engine_preferences import remembered_engine
from app.models.language import Language, remembered_language
from app.views.theme import ThemeChoice
from core.config import EngineConfig, Precision

LATER = "This takes effect after the next start."


@pytest.fixture
def studio(qtbot, engine, playback, memory, dialogs):
    studio = Studio(QApplication.instance(), lambda: engine, playback, memory, dialogs)
    studio.window.show()
    qtbot.waitExposed(studio.window)
    yield studio
    studio.window.hide()
    studio.join()
    studio.window.deleteLater()


@pytest.fixture
def preferences(studio):
    studio.habits.actions.preferences.trigger()
    dialog = QApplication.activeModalWidget()
    yield dialog
    dialog.reject()


def choose(box, value):
    index = box._values.index(value)
    box.setCurrentIndex(index)
    box.activated.emit(index)


def test_a_theme_is_worn_at_once_and_the_menu_shows_it(studio, preferences):
    for choice in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        choose(preferences.theme, choice)
        assert studio.window.theme.name == choice
        assert studio.window.actions_.themes.checkedAction().data() == choice


def test_a_language_waits_for_the_next_start_and_says_so(memory, preferences):
    choose(preferences.language, Language.CHINESE)
    assert remembered_language(memory) is Language.CHINESE
    assert preferences._appearance.noted == LATER


def test_the_engine_of_the_next_start_is_chosen(memory, preferences, qtbot, studio):
    studio.session.prepare_engine()
    qtbot.waitUntil(lambda: studio.session.compute_devices == ("cuda", "cpu"))
    preferences.show_compute_devices(studio.session.compute_devices)
    choose(preferences.device, "cpu")
    choose(preferences.precision, Precision.BFLOAT16)
    assert remembered_engine(memory) == EngineConfig(device="cpu", precision=Precision.BFLOAT16)
    assert preferences._engine.noted == LATER


def test_a_chosen_device_that_is_gone_stays_on_offer(preferences):
    preferences.show_compute_devices(["cuda"])
    choose(preferences.device, "cuda")
    preferences.show_compute_devices(["cpu"])
    assert preferences.device.value == "cuda"


def test_the_sound_device_is_the_one_of_the_player(qtbot, studio, preferences, playback):
    studio.session.devices.rescan()
    qtbot.waitUntil(lambda: preferences.sound_device.count() > 1)
    name = studio.session.devices.names[0]
    choose(preferences.sound_device, name)
    assert studio.session.devices.chosen == name
