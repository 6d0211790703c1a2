"""A set of fields that a person fills in, with their values and defaults."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal


class Draft(QObject):
    """Values by name; subclasses check them when they build a request or a configuration.

    Args:
        defaults: The default of every field.
        parent: Owner.

    Signals:
        changed: The value or the default of a field, by name, has changed.
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
        """The default of a field."""
        return self._defaults[field]

    def is_default(self, field: str) -> bool:
        """Whether a field has its default."""
        return bool(self._values[field] == self._defaults[field])

    def reset(self, field: str) -> None:
        """Set a field to its default."""
        self.set_value(field, self._defaults[field])

    def set_defaults(self, defaults: Mapping[str, Any]) -> None:
        """Change defaults; fields that still have the old default follow."""
        for field, default in defaults.items():
            if self._defaults[field] == default:
                continue
            untouched = self.is_default(field)
            self._defaults[field] = default
            if untouched:
                self._values[field] = default
            self.changed.emit(field)
