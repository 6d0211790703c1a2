"""A drop-down list of named values."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QListView


class ChoiceBox(QComboBox):
    """Offers values by their names.

    Signals:
        chosen: The person chose a value; filling the list says nothing.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._values: list[Any] = []
        self.setView(QListView())  # the usual one ignores the style sheet
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._on_activated)

    @property
    def value(self) -> Any:
        """The value on show; None before anything is offered."""
        return self._values[self.currentIndex()] if self._values else None

    def offer(self, names: Mapping[Any, str], chosen: Any) -> None:
        """Offer values in their order, with one of them on show."""
        self._values = list(names)
        self.clear()
        self.addItems(list(names.values()))
        self.setCurrentIndex(self._values.index(chosen))

    def show_value(self, value: Any) -> None:
        """Show one of the values offered; another one is not shown."""
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))

    def name_of(self, value: Any) -> str:
        """What a value that is offered is called."""
        return self.itemText(self._values.index(value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self._values[index])


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
