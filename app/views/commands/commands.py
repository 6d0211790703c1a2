"""Everything the menus offer, as one list: for the palette, the cheat sheet and the editor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar

_MNEMONIC = re.compile(r"\(&\w\)|&(?!&)")  # `&Generate`, and as Chinese menus write it, `生成(&G)`


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do.

    Attributes:
        action: What does it.
        menu: Where it is offered, such as `View` or `View › Appearance`.
        name: What it is called there, as plain text.
        fixed_key: A key it has beside its shortcuts, which cannot be changed.
        identity: Its name among the settings, the same in every language and in later versions.
    """

    action: QAction
    menu: str
    name: str
    fixed_key: str
    identity: str

    @property
    def keys(self) -> list[str]:
        """Its keys, as they are written on them; some keyboards have one word for two of them."""
        native = [key.toString(key.SequenceFormat.NativeText) for key in self.action.shortcuts()]
        return list(dict.fromkeys(filter(None, [self.fixed_key, *native])))


def commands_of(bar: QMenuBar) -> list[Command]:
    """All commands in the order of the menus; entries that come and go are left out."""
    return [command for entry in bar.actions() for command in _commands(entry, ())]


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
        yield Command(entry, " › ".join(path), name, fixed_key, _identity(entry))


def _identity(action: QAction) -> str:
    """The attribute under which the action's owner keeps it, such as `Actions.zoom_in`."""
    owner = action.parent()
    for name, value in vars(owner).items() if hasattr(owner, "__dict__") else ():
        if value is action:
            return f"{type(owner).__name__}.{name}"
        if isinstance(value, list) and action in value:
            return f"{type(owner).__name__}.{name}.{value.index(action)}"
    return action.objectName() or f"{type(owner).__name__}.{action.data() or action.text()}"
