"""The files that were opened or written last, for a menu."""

import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from app.view_models.settings_store import SettingsStore

MAX_FILES = 12
_SETTINGS_KEY = "recent_files"


class RecentFiles(QObject):
    """Paths, the latest first, each once, stored between starts.

    It does not check whether files exist: a menu should not wait for a sleeping drive.

    Signals:
        changed: The list has changed.
    """

    changed = Signal()

    def __init__(self, memory: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._memory = memory
        self.paths = _remembered(memory)

    def add(self, path: Path) -> None:
        """Add a file that was opened or written."""
        self._keep([path, *(one for one in self.paths if one != path)][:MAX_FILES])

    def remove(self, path: Path) -> None:
        """Remove a file that no longer exists."""
        self._keep([one for one in self.paths if one != path])

    def clear(self) -> None:
        """Remove all files."""
        self._keep([])

    def _keep(self, paths: list[Path]) -> None:
        if paths != self.paths:
            self.paths = paths
            self._memory.keep(_SETTINGS_KEY, json.dumps([str(path) for path in paths]))
            self.changed.emit()


def _remembered(memory: SettingsStore) -> list[Path]:
    try:
        paths = json.loads(memory.text(_SETTINGS_KEY, "[]"))
    except ValueError:
        return []
    if not isinstance(paths, list):
        return []
    return [Path(path) for path in paths if isinstance(path, str)][:MAX_FILES]
