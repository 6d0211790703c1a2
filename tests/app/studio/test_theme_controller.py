"""Light or dark."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.studio.theme_controller import ThemeController
from app.views.widgets.theme import DARK, LIGHT, ThemeChoice, current_theme


@pytest.fixture
def appearance(qapp, memory):
    return ThemeController(qapp, memory)


def test_a_choice_applies_at_once_and_at_the_next_start(qtbot, qapp, appearance, memory):
    appearance.choose(ThemeChoice.DARK)
    with qtbot.waitSignal(appearance.changed) as heard:
        appearance.choose(ThemeChoice.LIGHT)
    assert heard.args == [LIGHT]
    assert LIGHT.panel in qapp.styleSheet()
    assert ThemeController(qapp, memory).theme == LIGHT


def test_the_same_choice_again_redraws_nothing(qtbot, appearance):
    appearance.choose(ThemeChoice.DARK)
    with qtbot.assertNotEmitted(appearance.changed):
        appearance.choose(ThemeChoice.DARK)


@pytest.mark.parametrize(
    ("scheme", "theme"), [(Qt.ColorScheme.Light, LIGHT), (Qt.ColorScheme.Dark, DARK)]
)
def test_the_system_s_theme_is_followed(qapp, monkeypatch, scheme, theme):
    class Hints:
        def colorScheme(self):
            return scheme

    monkeypatch.setattr(QGuiApplication, "styleHints", Hints)
    assert current_theme(ThemeChoice.SYSTEM) == theme


def test_a_remembered_choice_that_is_none_is_the_system_s(qapp, memory):
    memory.keep("theme", "plaid")
    assert ThemeController(qapp, memory).theme == current_theme(ThemeChoice.SYSTEM)
