"""A short list to choose one value from."""

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox


class Choice(QComboBox):
    """Shows names, speaks values.

    Signals:
        chosen: The value that the person chose.

    Args:
        names: Each value with its name, in order.
    """

    chosen = Signal(object)

    def __init__(self, names: dict[Any, str]) -> None:
        super().__init__()
        self._values: list[Any] = []
        self.show_names(names)
        self.activated.connect(self._on_activated)

    @property
    def value(self) -> Any:
        """What is shown."""
        return self._values[self.currentIndex()]

    def show_names(self, names: dict[Any, str]) -> None:
        """Offer other values."""
        self.clear()
        self._values = list(names)
        self.addItems(list(names.values()))

    def show_value(self, value: Any) -> None:
        """Show a value of the list."""
        self.setCurrentIndex(self._values.index(value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self._values[index])
