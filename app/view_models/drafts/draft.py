"""Fields that a person fills in: their values, what is usual, and the way back to it."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal


class Draft(QObject):
    """Values by name, checked only when asked for.

    Args:
        defaults: The usual value of every field.
        parent: Owner.

    Signals:
        changed: A field, by name, has another value, or another usual value.
    """

    changed = Signal(str)

    def __init__(self, defaults: Mapping[str, Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._defaults = dict(defaults)
        self._values = dict(defaults)

    def value(self, field: str) -> Any:
        """The value of a field."""
        return self._values[field]

    def set_value(self, field: str, value: Any) -> None:
        """Fill in a field."""
        if self._values[field] != value:
            self._values[field] = value
            self.changed.emit(field)

    def fill(self, values: Mapping[str, Any]) -> None:
        """Fill in several fields; unknown names are ignored."""
        for field in self._values.keys() & values.keys():
            self.set_value(field, values[field])

    def default(self, field: str) -> Any:
        """What is usual for a field."""
        return self._defaults[field]

    def is_default(self, field: str) -> bool:
        """Whether a field is as usual."""
        return bool(self._values[field] == self._defaults[field])

    def reset(self, field: str) -> None:
        """Take back what was filled into a field."""
        self.set_value(field, self._defaults[field])

    def set_defaults(self, defaults: Mapping[str, Any]) -> None:
        """Something else is usual from now on: fields that were left alone follow."""
        for field, usual in defaults.items():
            if self._defaults[field] == usual:
                continue
            untouched = self.is_default(field)
            self._defaults[field] = usual
            if untouched:
                self._values[field] = usual
            self.changed.emit(field)
