"""The keys of all commands: given by us, changed by the person, remembered."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QKeySequence

from app.view_models.settings_store import SettingsStore
from app.views.commands.commands import Command
from app.views.commands.former_ids import FORMER_IDS

_PORTABLE = QKeySequence.SequenceFormat.PortableText
_GROUP = "shortcuts/"  # of the settings
_NONE = "none"  # remembered for a command that is to have no key


class Shortcuts(QObject):
    """Changes the shortcuts of the commands' actions.

    Args:
        commands: Those whose keys may be changed, with the keys we gave them.
        memory: Keeps what was changed.

    Signals:
        changed: Some command has other keys now.
    """

    changed = Signal()

    def __init__(
        self, commands: Sequence[Command], memory: SettingsStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.commands = tuple(commands)
        self._memory = memory
        self._given = {command: command.action.shortcuts() for command in self.commands}
        _rename_stored(memory)
        for command in self.commands:
            self._restore(command)

    def _restore(self, command: Command) -> None:
        text = self._memory.text(_entry(command))
        keys = QKeySequence.listFromString(text, _PORTABLE) if text != _NONE else []
        if text == _NONE or (keys and all(key.toString(_PORTABLE) for key in keys)):
            command.action.setShortcuts(keys)

    def key(self, command: Command) -> QKeySequence:
        """The first key of a command; empty when it has none."""
        return command.action.shortcut()

    def is_changed(self, command: Command) -> bool:
        """Whether a command has other keys than we gave it."""
        return command.action.shortcuts() != self._given[command]

    def owner_of(self, key: QKeySequence, besides: Command) -> Command | None:
        """The other command that has a key already, where both work; none without a key."""
        if key.isEmpty():
            return None
        others = (one for one in self.commands if one is not besides and one.meets(besides))
        return next((other for other in others if key in other.action.shortcuts()), None)

    def give(self, command: Command, key: QKeySequence) -> None:
        """Give a command this key alone; another command that had it loses it."""
        if not key.isEmpty() and self.key(command) == key:
            return
        owner = self.owner_of(key, besides=command)
        if owner is not None:
            self._set(owner, [one for one in owner.action.shortcuts() if one != key])
        self._set(command, [] if key.isEmpty() else [key])
        self.changed.emit()

    def reset(self, command: Command) -> None:
        """Give a command its default keys back; other commands that have them lose them."""
        given = self._given[command]
        for key in given:
            owner = self.owner_of(key, besides=command)
            if owner is not None:
                self._set(owner, [one for one in owner.action.shortcuts() if one != key])
        self._set(command, given)
        self.changed.emit()

    def reset_all(self) -> None:
        """Give all commands their own keys back."""
        for command, given in self._given.items():
            self._set(command, given)
        self.changed.emit()

    def _set(self, command: Command, keys: list[QKeySequence]) -> None:
        command.action.setShortcuts(keys)
        text = QKeySequence.listToString(keys, _PORTABLE) or _NONE
        self._memory.keep(_entry(command), text if self.is_changed(command) else "")


def _entry(command: Command) -> str:
    return _GROUP + command.command_id


def _rename_stored(memory: SettingsStore) -> None:
    """Move keys that an earlier version stored to the ids of today, once.

    Where both are stored, a newer version has written since, and what it wrote stays.
    """
    for former_id, command_id in FORMER_IDS.items():
        text = memory.text(_GROUP + former_id)
        if text and not memory.text(_GROUP + command_id):
            memory.keep(_GROUP + command_id, text)
        memory.forget(_GROUP + former_id)
