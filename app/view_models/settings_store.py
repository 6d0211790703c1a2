"""Settings that are stored from one start to the next."""

from PySide6.QtCore import QByteArray, QSettings


class SettingsStore:
    """Typed entries over QSettings.

    Args:
        store: Where they are stored; tests pass a file of their own.
    """

    def __init__(self, store: QSettings) -> None:
        self._store = store

    def text(self, name: str, default: str = "") -> str:
        """Return a stored text."""
        value = self._store.value(name, default)
        return value if isinstance(value, str) else default

    def flag(self, name: str, default: bool) -> bool:
        """Return a stored yes or no."""
        return self.text(name, "yes" if default else "no") == "yes"

    def number(self, name: str, default: float) -> float:
        """Return a stored number."""
        try:
            return float(self.text(name, repr(default)))
        except ValueError:
            return default

    def blob(self, name: str) -> QByteArray:
        """Return stored bytes, such as Qt's window geometry."""
        value = self._store.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep(self, name: str, value: str | bool | float | QByteArray) -> None:
        """Store a value."""
        if isinstance(value, bool):
            value = "yes" if value else "no"
        elif isinstance(value, float):
            value = repr(value)
        self._store.setValue(name, value)

    def forget(self, name: str) -> None:
        """Remove a value, where there is one."""
        self._store.remove(name)
