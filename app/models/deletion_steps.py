"""Deleted takes as steps of undo and redo, beside the changes of the panel."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.models.history import HistoryModel
from app.models.take_record import TakeRecord


class DeletionSteps(QObject):
    """Makes a step of every deletion; one that was taken back elsewhere is no step any more."""

    def __init__(
        self, history: HistoryModel, stack: QUndoStack, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._history, self._stack = history, stack
        history.trashed.connect(self._on_trashed)
        history.restored.connect(self._on_restored)

    @Slot()
    def _on_trashed(self) -> None:
        step = _Deletion(self._history, _names(self._history.last_deleted))
        if not step.is_known_to(self._stack):
            self._stack.push(step)

    @Slot()
    def _on_restored(self) -> None:
        index = self._stack.index()
        last = self._stack.command(index - 1) if index else None
        if isinstance(last, _Deletion) and not last.is_standing:
            self._stack.undo()


class _Deletion(QUndoCommand):
    """Some takes that were deleted together."""

    def __init__(self, history: HistoryModel, take_ids: tuple[str, ...]) -> None:
        super().__init__()
        self._history, self._take_ids = history, take_ids

    @property
    def is_standing(self) -> bool:
        """Whether these are what was deleted last, and not brought back."""
        return _names(self._history.last_deleted) == self._take_ids

    def is_known_to(self, stack: QUndoStack) -> bool:
        """Whether the stack is just making this step again."""
        index = stack.index()
        following = stack.command(index) if index < stack.count() else None
        return isinstance(following, _Deletion) and following._take_ids == self._take_ids

    def redo(self) -> None:
        """Delete them; when the step is new, they are gone already."""
        if not self.is_standing:
            self._history.trash(self._take_ids)

    def undo(self) -> None:
        """Bring them back, unless somebody did."""
        if self.is_standing:
            self._history.undo_delete()


def _names(records: Iterable[TakeRecord]) -> tuple[str, ...]:
    return tuple(record.take_id for record in records)
