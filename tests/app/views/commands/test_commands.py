"""The menus as one list."""

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenuBar

from app.views.commands.commands import commands_of, plain_text
from app.views.menus.actions import Actions


@pytest.fixture
def bar(qtbot):
    bar = QMenuBar()
    qtbot.addWidget(bar)
    return bar


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("&Generate", "Generate"),
        ("Play && &pause\tSpace", "Play & pause"),
        ("生成(&G)", "生成"),
        ("导出(&E)…", "导出…"),
    ],
)
def test_a_name_has_no_mnemonic_and_no_key(text, plain):
    assert plain_text(text) == plain


def test_every_entry_of_every_menu_is_a_command_once(bar):
    actions = Actions(bar)
    actions.fill_menu_bar(bar)
    commands = commands_of(bar)
    assert {command.action for command in commands} == set(actions.findChildren(QAction)) - {
        menu.menuAction() for menu in actions.findChildren(type(actions.help_menu))
    }


def test_a_command_has_id_fixed_key_and_menu(bar):
    actions = Actions(bar)
    actions.fill_menu_bar(bar)
    by_action = {command.action: command for command in commands_of(bar)}
    assert by_action[actions.zoom_in].command_id == "view.zoom_in"
    assert by_action[actions.play].fixed_key == "Space"
    assert by_action[actions.themes.actions()[1]].menu == "View › Appearance"


def test_entries_that_come_and_go_are_no_commands(bar):
    menu = bar.addMenu("Recent")
    menu.setProperty("passing", True)
    menu.addAction("organ.wav")
    assert commands_of(bar) == []
