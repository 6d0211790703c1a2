"""Lists of named values, of which one is chosen, or any."""

from collections.abc import Collection, Mapping
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QComboBox, QListView, QListWidget, QListWidgetItem

_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_SPACING_PX = 2


class ChoiceBox(QComboBox):
    """Shows the names of values.

    Signals:
        chosen: The person chose a value; filling the list does not emit it.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._values: list[Any] = []
        self.setView(QListView())  # the default view ignores the style sheet
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.activated.connect(self._on_activated)

    @property
    def value(self) -> Any:
        """The value shown; None while the list is empty."""
        return self._values[self.currentIndex()] if self._values else None

    def offer(self, names: Mapping[Any, str], chosen: Any = None) -> None:
        """Fill the list in the order of `names`, and show `chosen` or else the first value."""
        self._values = list(names)
        self.clear()
        self.addItems(list(names.values()))
        self.show_value(chosen)

    def show_value(self, value: Any) -> None:
        """Show one of the values; one that is not in the list changes nothing."""
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))

    def name_of(self, value: Any) -> str:
        """The name of a value in the list."""
        return self.itemText(self._values.index(value))

    @Slot(int)
    def _on_activated(self, index: int) -> None:
        self.chosen.emit(self._values[index])


class CheckList(QListWidget):
    """Shows named values of which any can be chosen.

    Signals:
        changed: Others are chosen.

    Args:
        names: The values, in the order in which they are offered.
        chosen: The one that is chosen at first.
    """

    changed = Signal()

    def __init__(self, names: Mapping[Any, str], chosen: Any) -> None:
        super().__init__()
        self.setSpacing(_SPACING_PX)
        self._values = list(names)
        self._fill(names, (chosen,))
        self.itemChanged.connect(self.changed)

    def offer(self, names: Mapping[Any, str], chosen: Collection[Any]) -> None:
        """Fill the list in the order of `names`, without a word to those who listen."""
        with QSignalBlocker(self):
            self.clear()
            self._values = list(names)
            self._fill(names, chosen)

    def show_values(self, chosen: Collection[Any]) -> None:
        """Check these values and no others, without a word to those who listen."""
        with QSignalBlocker(self):
            for index, value in enumerate(self._values):
                self.item(index).setCheckState(_CHECKED if value in chosen else _UNCHECKED)

    def _fill(self, names: Mapping[Any, str], chosen: Collection[Any]) -> None:
        for value, name in names.items():
            item = QListWidgetItem(name, self)
            item.setCheckState(_CHECKED if value in chosen else _UNCHECKED)

    @property
    def values(self) -> tuple[Any, ...]:
        """The values that are chosen, in their order."""
        items = map(self.item, range(self.count()))
        chosen = zip(self._values, items, strict=True)
        return tuple(value for value, item in chosen if item.checkState() == _CHECKED)
