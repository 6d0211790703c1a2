"""Deletions of takes as steps that can be taken back, and made again, like any other."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.models.history import HistoryModel


class Deletions(QObject):
    """Puts every deletion in the history onto a stack of steps.

    Args:
        history: Where takes are deleted.
        stack: Where all steps go.
        parent: Keeps it.
    """

    def __init__(self, history: HistoryModel, stack: QUndoStack, parent: QObject) -> None:
        super().__init__(parent)
        self._history = history
        self._stack = stack
        self._is_stepping = False
        history.deleted.connect(self._on_deleted)

    @Slot(list)
    def _on_deleted(self, take_ids: Sequence[str]) -> None:
        if not self._is_stepping:
            self._stack.push(_Deletion(self, tuple(take_ids)))

    def step(self, take_ids: Sequence[str], *, delete: bool) -> None:
        """Delete takes, or bring them back, without making another step of it."""
        self._is_stepping = True
        (self._history.trash if delete else self._history.restore)(take_ids)
        self._is_stepping = False


class _Deletion(QUndoCommand):
    """One deletion, which has happened when it is put onto the stack."""

    def __init__(self, deletions: Deletions, take_ids: Sequence[str]) -> None:
        super().__init__()
        self._deletions = deletions
        self._take_ids = take_ids
        self._is_done = True

    def redo(self) -> None:
        """Delete them, unless that was just done."""
        if not self._is_done:
            self._deletions.step(self._take_ids, delete=True)
        self._is_done = True

    def undo(self) -> None:
        """Bring them back."""
        self._is_done = False
        self._deletions.step(self._take_ids, delete=False)
