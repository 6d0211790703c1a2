"""Starting from a sound."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSlider

from app.views.prompt.source_field import SourceField
from app.views.widgets.theme import DARK


@pytest.fixture
def field(qtbot, dialogs):
    field = SourceField(dialogs, DARK)
    qtbot.addWidget(field)
    field.show()
    return field


def strength_of(field):
    return field.findChild(QSlider)


def test_without_a_file_there_is_nothing_to_change(field):
    assert not strength_of(field).isVisible()


def test_a_chosen_file_is_emitted_and_shown_by_its_name(qtbot, field, dialogs):
    dialogs.file = "/sounds/door.wav"
    with qtbot.waitSignal(field.file_chosen) as heard:
        qtbot.mouseClick(field.focusProxy(), Qt.MouseButton.LeftButton)
    assert heard.args == ["/sounds/door.wav"]
    field.show_source("/sounds/door.wav", 0.25)
    assert field.focusProxy().text() == "door.wav"
    assert strength_of(field).isVisible()
    assert strength_of(field).value() == 25


def test_moving_the_slider_emits_the_strength(qtbot, field):
    field.show_source("/sounds/door.wav", 0.25)
    with qtbot.waitSignal(field.strength_chosen) as heard:
        strength_of(field).setValue(80)
    assert heard.args == [0.8]


def test_the_source_can_be_taken_back(qtbot, window, session):
    session.document.draft.set_value("init_audio", "/sounds/door.wav")
    field = window.prompt_panel.findChild(SourceField)
    field.file_chosen.emit("")
    assert session.document.draft.value("init_audio") is None
    assert session.document.draft.to_request().init_audio is None
