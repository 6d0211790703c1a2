"""The data of list items: the item itself for its delegate, and a text for screen readers."""

from collections.abc import Callable
from typing import Any, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
Item = TypeVar("Item")

ITEM_ROLE = Qt.ItemDataRole.UserRole
_TEXT_ROLES = (
    Qt.ItemDataRole.DisplayRole,
    Qt.ItemDataRole.ToolTipRole,
    Qt.ItemDataRole.AccessibleTextRole,
)


def item_data(item: Item, text_of: Callable[[Item], str], role: int) -> Any:
    """Return what a list model answers for a role: the item, its text, or None."""
    if role == ITEM_ROLE:
        return item
    return text_of(item) if role in _TEXT_ROLES else None
