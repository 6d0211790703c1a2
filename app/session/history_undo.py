"""Makes steps that can be undone of deletions in the history, and of new labels and markers."""

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.view_models.takes.history import HistoryModel
from app.view_models.takes.take_labels import TakeLabels
from app.view_models.takes.take_record import TakeRecord
from core.api.take import Marker

Labels = Mapping[str, TakeLabels]
Markers = tuple[Marker, ...]


class HistoryUndo(QObject):
    """Pushes a step for each deletion and each change of labels or markers, but not for its own.

    A deletion that was undone elsewhere is dropped.
    """

    def __init__(
        self, history: HistoryModel, stack: QUndoStack, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.history, self._stack = history, stack
        self._is_replaying = False
        history.trashed.connect(self._on_trashed)
        history.restored.connect(self._on_restored)
        history.labelled.connect(self._on_labelled)
        history.marked.connect(self._on_marked)

    def replay(self, change: Callable[[], object]) -> None:
        """Change the history for a step, without making another one of it."""
        self._is_replaying = True
        try:
            change()
        finally:
            self._is_replaying = False

    @Slot()
    def _on_trashed(self) -> None:
        if not self._is_replaying:
            self._stack.push(_Deletion(self, _names(self.history.last_deleted)))

    @Slot()
    def _on_restored(self) -> None:
        index = self._stack.index()
        last = self._stack.command(index - 1) if index and not self._is_replaying else None
        if isinstance(last, _Deletion) and not last.is_standing:
            self._stack.undo()

    @Slot(object, object)
    def _on_labelled(self, before: Labels, after: Labels) -> None:
        if not self._is_replaying:
            self._stack.push(_Labelling(self, before, after))

    @Slot(str, object, object)
    def _on_marked(self, take_id: str, before: Markers, after: Markers) -> None:
        if not self._is_replaying:
            self._stack.push(_Marking(self, take_id, before, after))


class _Deletion(QUndoCommand):
    """Some takes that were deleted together."""

    def __init__(self, undo: HistoryUndo, take_ids: tuple[str, ...]) -> None:
        super().__init__()
        self._undo, self._take_ids = undo, take_ids

    @property
    def is_standing(self) -> bool:
        """Whether these are what was deleted last, and not brought back."""
        return _names(self._undo.history.last_deleted) == self._take_ids

    def redo(self) -> None:
        """Delete them; when the step is new, they are gone already."""
        if not self.is_standing:
            self._undo.replay(lambda: self._undo.history.trash(self._take_ids))

    def undo(self) -> None:
        """Bring them back, unless that was done elsewhere."""
        if self.is_standing:
            self._undo.replay(self._undo.history.undo_delete)


class _Labelling(QUndoCommand):
    """Some takes that got other labels together."""

    def __init__(self, undo: HistoryUndo, before: Labels, after: Labels) -> None:
        super().__init__()
        self._undo, self._before, self._after = undo, before, after

    def redo(self) -> None:
        """Give them the new labels; when the step is new, they have them already."""
        self._undo.replay(lambda: self._undo.history.label(self._after))

    def undo(self) -> None:
        """Give them the former labels."""
        self._undo.replay(lambda: self._undo.history.label(self._before))


class _Marking(QUndoCommand):
    """A take that got other markers."""

    def __init__(self, undo: HistoryUndo, take_id: str, before: Markers, after: Markers) -> None:
        super().__init__()
        self._undo, self._take_id, self._before, self._after = undo, take_id, before, after

    def redo(self) -> None:
        """Give it the new markers; when the step is new, it has them already."""
        self._undo.replay(lambda: self._undo.history.mark(self._take_id, self._after))

    def undo(self) -> None:
        """Give it the former markers."""
        self._undo.replay(lambda: self._undo.history.mark(self._take_id, self._before))


def _names(records: Iterable[TakeRecord]) -> tuple[str, ...]:
    return tuple(record.take_id for record in records)
