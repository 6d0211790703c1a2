"""Keys that can be changed, moved, reset and remembered."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenuBar

from app.views.commands.commands import commands_of
from app.views.commands.shortcuts import Shortcuts
from app.views.menus.actions import Actions


@pytest.fixture
def make(qtbot, memory):
    """A fresh start of the studio over the same memory."""

    bars = []  # Python would drop the first while the second is looked at

    def start():
        bars.append(bar := QMenuBar())
        qtbot.addWidget(bar)
        Actions(bar).fill_menu_bar(bar)
        return Shortcuts(commands_of(bar), memory, bar)

    return start


def command(shortcuts, command_id):
    return next(one for one in shortcuts.commands if one.command_id == command_id)


def keys(shortcuts, command_id):
    return command(shortcuts, command_id).keys


def test_a_key_that_is_given_works_and_is_remembered(make):
    shortcuts = make()
    shortcuts.give(command(shortcuts, "view.whole_sound"), QKeySequence("Ctrl+J"))
    assert keys(shortcuts, "view.whole_sound") == ["Ctrl+J"]
    assert keys(make(), "view.whole_sound") == ["Ctrl+J"]


def test_a_key_belongs_to_one_command(make):
    shortcuts = make()
    fit, grid = command(shortcuts, "view.whole_sound"), command(shortcuts, "view.tile_grid")
    assert shortcuts.owner_of(QKeySequence("G"), besides=fit) is grid
    shortcuts.give(fit, QKeySequence("G"))
    assert keys(shortcuts, "view.tile_grid") == []
    assert keys(make(), "view.tile_grid") == []


def test_taking_one_of_two_keys_leaves_the_other(make):
    shortcuts = make()
    shortcuts.give(command(shortcuts, "view.whole_sound"), QKeySequence("Ctrl+="))
    assert keys(shortcuts, "view.zoom_in") == ["Ctrl++"]


def test_a_command_may_be_without_a_key(make):
    shortcuts = make()
    shortcuts.give(command(shortcuts, "app.quit"), QKeySequence())
    assert keys(make(), "app.quit") == []


def test_resetting_takes_a_key_back(make):
    shortcuts = make()
    fit, grid = command(shortcuts, "view.whole_sound"), command(shortcuts, "view.tile_grid")
    shortcuts.give(fit, QKeySequence("G"))
    shortcuts.reset(grid)
    assert (keys(shortcuts, "view.tile_grid"), keys(shortcuts, "view.whole_sound")) == (["G"], [])
    assert not shortcuts.is_changed(grid)
    shortcuts.reset_all()
    assert not any(map(shortcuts.is_changed, shortcuts.commands))
    assert keys(make(), "view.whole_sound") == ["Ctrl+0"]


def test_a_damaged_memory_leaves_our_keys(make, memory):
    memory.keep("shortcuts/view.whole_sound", "\x00nonsense")
    assert keys(make(), "view.whole_sound") == ["Ctrl+0"]


def test_keys_under_a_former_name_move_to_the_id(make, memory):
    memory.keep("shortcuts/Actions.fit", "Ctrl+J")
    memory.keep("shortcuts/Actions.quit", "none")
    shortcuts = make()
    assert keys(shortcuts, "view.whole_sound") == ["Ctrl+J"]
    assert keys(shortcuts, "app.quit") == []
    assert memory.text("shortcuts/view.whole_sound") == "Ctrl+J"
    assert memory.text("shortcuts/Actions.fit") == ""
    assert keys(make(), "view.whole_sound") == ["Ctrl+J"]


def test_a_former_name_never_overrules_the_id(make, memory):
    memory.keep("shortcuts/Actions.fit", "Ctrl+J")
    memory.keep("shortcuts/view.whole_sound", "Ctrl+K")
    assert keys(make(), "view.whole_sound") == ["Ctrl+K"]


def test_resetting_holds_against_a_former_name(make, memory):
    memory.keep("shortcuts/Actions.fit", "Ctrl+J")
    make().reset_all()
    assert keys(make(), "view.whole_sound") == ["Ctrl+0"]
