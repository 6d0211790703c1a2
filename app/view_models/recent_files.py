"""The files that were opened or written last, for a menu."""

import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.view_models.settings_store import SettingsStore

MOST_FILES = 12
_MEMORY_ENTRY = "recent_files"


class RecentFiles(QObject):
    """Paths, the latest first, each once, remembered between starts.

    Files are not looked for: a menu should not wait for a drive that sleeps.

    Signals:
        changed: The list is another.
    """

    changed = Signal()

    def __init__(self, memory: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self.paths = _remembered(memory)

    def add(self, path: Path) -> None:
        """A file was opened or written."""
        self._keep([path, *(one for one in self.paths if one != path)][:MOST_FILES])

    def remove(self, path: Path) -> None:
        """A file turned out to be gone."""
        self._keep([one for one in self.paths if one != path])

    def clear(self) -> None:
        """Forget all of them."""
        self._keep([])

    def _keep(self, paths: list[Path]) -> None:
        if paths != self.paths:
            self.paths = paths
            self._memory.keep(_MEMORY_ENTRY, json.dumps([str(path) for path in paths]))
            self.changed.emit()


def _remembered(memory: SettingsStore) -> list[Path]:
    try:
        paths = json.loads(memory.text(_MEMORY_ENTRY, "[]"))
    except ValueError:
        return []
    if not isinstance(paths, list):
        return []
    return [Path(path) for path in paths if isinstance(path, str)][:MOST_FILES]
