"""Choosing a model."""

import pytest

from app.views.prompt.model_choice import ModelChoice
from core.api.request import BUNDLED_MODEL


@pytest.fixture
def choice(qtbot, dialogs):
    choice = ModelChoice(dialogs)
    qtbot.addWidget(choice)
    return choice


def pick(choice, text):
    index = choice.findText(text)
    choice.setCurrentIndex(index)
    choice.activated.emit(index)


def test_the_bundled_model_is_chosen_at_first(choice):
    assert choice.source == BUNDLED_MODEL


def test_a_folder_is_asked_for_and_stays_in_the_list(qtbot, choice, dialogs):
    dialogs.folder = "/models/mine"
    with qtbot.waitSignal(choice.chosen) as heard:
        pick(choice, "Choose a folder…")
    assert heard.args == ["/models/mine"]
    assert choice.currentText() == "/models/mine"
    pick(choice, "Bundled model")
    assert choice.sources == [BUNDLED_MODEL, "/models/mine"]


def test_a_model_of_the_hub_is_asked_for_by_name(qtbot, choice, dialogs):
    dialogs.text = "cvssp/audioldm-s-full-v2"
    with qtbot.waitSignal(choice.chosen) as heard:
        pick(choice, "From the hub…")
    assert heard.args == ["cvssp/audioldm-s-full-v2"]


def test_thinking_better_of_it_leaves_the_model(qtbot, choice):
    with qtbot.assertNotEmitted(choice.chosen):
        pick(choice, "Choose a folder…")
    assert choice.currentText() == "Bundled model"


def test_a_long_path_shows_its_end(choice):
    choice.show_model("/a" * 40 + "/the-end")
    assert choice.currentText().startswith("…")
    assert choice.currentText().endswith("/the-end")


def test_a_folder_whose_name_is_no_text_is_chosen_as_it_is(qtbot, choice):
    choice.show_model("/models/\udcff")
    assert choice.source == "/models/\udcff"
    with qtbot.waitSignal(choice.chosen) as chosen:
        choice.activated.emit(1)
    assert chosen.args == ["/models/\udcff"]
