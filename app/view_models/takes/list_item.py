"""One line of a list: drawn from the thing itself, told in words to those who cannot see it."""

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
Thing = TypeVar("Thing")

ITEM_ROLE = Qt.ItemDataRole.UserRole
_SPOKEN = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


def item_data(thing: Thing, words: Callable[[Thing], str], role: int) -> Any:
    """What a list model answers for a line: the thing itself, its words, or nothing."""
    if role == ITEM_ROLE:
        return thing
    return words(thing) if role in _SPOKEN else None
