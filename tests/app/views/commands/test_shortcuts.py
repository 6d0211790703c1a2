"""Keys that can be changed, moved, reset and remembered."""

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenuBar

from app.views.commands.commands import commands_of
from app.views.commands.shortcuts import Shortcuts
from app.views.window.actions import Actions


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


def command(shortcuts, identity):
    return next(one for one in shortcuts.commands if one.identity == f"Actions.{identity}")


def keys(shortcuts, identity):
    return command(shortcuts, identity).keys


def test_a_key_that_is_given_works_and_is_remembered(make):
    shortcuts = make()
    shortcuts.give(command(shortcuts, "fit"), QKeySequence("Ctrl+J"))
    assert keys(shortcuts, "fit") == ["Ctrl+J"]
    assert keys(make(), "fit") == ["Ctrl+J"]


def test_a_key_belongs_to_one_command(make):
    shortcuts = make()
    fit, grid = command(shortcuts, "fit"), command(shortcuts, "grid")
    assert shortcuts.owner_of(QKeySequence("G"), besides=fit) is grid
    shortcuts.give(fit, QKeySequence("G"))
    assert keys(shortcuts, "grid") == []
    assert keys(make(), "grid") == []


def test_taking_one_of_two_keys_leaves_the_other(make):
    shortcuts = make()
    shortcuts.give(command(shortcuts, "fit"), QKeySequence("Ctrl+="))
    assert keys(shortcuts, "zoom_in") == ["Ctrl++"]


def test_a_command_may_be_without_a_key(make):
    shortcuts = make()
    shortcuts.give(command(shortcuts, "quit"), QKeySequence())
    assert keys(make(), "quit") == []


def test_resetting_takes_a_key_back(make):
    shortcuts = make()
    fit, grid = command(shortcuts, "fit"), command(shortcuts, "grid")
    shortcuts.give(fit, QKeySequence("G"))
    shortcuts.reset(grid)
    assert (keys(shortcuts, "grid"), keys(shortcuts, "fit")) == (["G"], [])
    assert not shortcuts.is_changed(grid)
    shortcuts.reset_all()
    assert not any(map(shortcuts.is_changed, shortcuts.commands))
    assert keys(make(), "fit") == ["Ctrl+0"]


def test_a_damaged_memory_leaves_our_keys(make, memory):
    memory.keep("shortcuts/Actions.fit", "\x00nonsense")
    assert keys(make(), "fit") == ["Ctrl+0"]
