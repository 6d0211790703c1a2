"""Everything the menus offer, as one list: for the palette, the cheat sheet and the editor."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

_MNEMONIC = re.compile(r"\(&\w\)|&(?!&)")  # `&Generate`, and as Chinese menus write it, `生成(&G)`


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do.

    Attributes:
        action: What does it.
        menu: Where it is offered, such as `View` or `View › Appearance`.
        name: What it is called there, as plain text.
        fixed_key: A key it has beside its shortcuts, which cannot be changed.
        command_id: Its name among the settings, such as `play.toggle`.
    """

    action: QAction
    menu: str
    name: str
    fixed_key: str
    command_id: str

    @property
    def keys(self) -> list[str]:
        """Its keys, as they are written on them; some keyboards have one word for two of them."""
        native = [key.toString(key.SequenceFormat.NativeText) for key in self.action.shortcuts()]
        return list(dict.fromkeys(filter(None, [self.fixed_key, *native])))

    @property
    def scope(self) -> QWidget | None:
        """The widget that has to have the focus for its keys; None = any of the window."""
        if self.action.shortcutContext() is not Qt.ShortcutContext.WidgetWithChildrenShortcut:
            return None
        places = self.action.associatedObjects()
        widgets = (one for one in places if isinstance(one, QWidget) and not isinstance(one, QMenu))
        return next(widgets, None)

    def meets(self, other: "Command") -> bool:
        """Whether a key of both would be ambiguous: not where either needs the focus elsewhere."""
        scopes = self.scope, other.scope
        return None in scopes or scopes[0] is scopes[1]


def make_command(
    parent: QObject, command_id: str, text: str, *keys: str, checkable: bool = False
) -> QAction:
    """Make an action that is a command once a menu offers it.

    Args:
        parent: What the action belongs to.
        command_id: Its name among the settings, in any language. Changed keys are stored under
            it, so it stays as it is, whatever becomes of the Python names around it.
        text: What the menu calls it.
        keys: Its shortcuts, unless a person changes them.
        checkable: Whether it is on or off.
    """
    action = QAction(text, parent, checkable=checkable)
    action.setObjectName(command_id)
    action.setShortcuts([QKeySequence(key) for key in keys])
    return action


def commands_of(bar: QMenuBar) -> list[Command]:
    """All commands in the order of the menus; entries that come and go are left out."""
    return [command for entry in bar.actions() for command in _commands(entry, ())]


def by_menu(commands: Iterable[Command]) -> dict[str, list[Command]]:
    """Commands by the menus that offer them, in order, each menu once."""
    menus: dict[str, list[Command]] = {}
    for command in commands:
        menus.setdefault(command.menu, []).append(command)
    return menus


def plain_text(text: str) -> str:
    """A menu's text without its mnemonic and its key."""
    return _MNEMONIC.sub("", text).partition("\t")[0].strip()


def _commands(entry: QAction, path: tuple[str, ...]) -> Iterator[Command]:
    menu = entry.menu()
    if isinstance(menu, QMenu):
        if not menu.property("passing"):
            for inner in menu.actions():
                yield from _commands(inner, (*path, plain_text(entry.text())))
    elif not entry.isSeparator() and entry.isVisible():
        fixed_key = entry.text().partition("\t")[2]
        name = plain_text(entry.text())
        yield Command(entry, " › ".join(path), name, fixed_key, entry.objectName())
