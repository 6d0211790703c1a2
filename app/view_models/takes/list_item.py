"""The data of list items: for their delegate, for screen readers, and for drags of takes."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from PySide6.QtCore import QMimeData, QModelIndex, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
Item = TypeVar("Item")

ITEM_ROLE = Qt.ItemDataRole.UserRole
TAKES_MIME = "application/x-tessera-takes"
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


def takes_as_mime_data(take_ids: Iterable[str]) -> QMimeData:
    """Takes, by name, that are dragged."""
    data = QMimeData()
    data.setData(TAKES_MIME, "\n".join(take_ids).encode())
    return data


def dragged_takes(data: QMimeData) -> tuple[str, ...]:
    """The names of takes that are dragged; none for anything else."""
    text = bytes(data.data(TAKES_MIME).data()).decode()
    return tuple(text.split("\n")) if text else ()
