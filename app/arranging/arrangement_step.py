"""A step of the undo stack: the arrangement before an edit, and after it."""

import time
from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from app.view_models.arrangement.arrangement_model import ArrangementModel
from core.arrangement.arrangement import Arrangement

_SAME_EDIT_S = 1.5  # turns of the wheel, presses of a key: one step when they follow so closely
_ID = 2  # of all steps that may become one; the draft's have another


class ArrangementStep(QUndoCommand):
    """Puts the arrangement before or after an edit in place; both stay as they are.

    Args:
        model: Where it is put.
        before: The arrangement before the edit.
        after: The one after it.
        name: The edit; one of the same name that follows at once becomes part of it, "" does not.
        show: Shows the arrangement, so that a person sees what is undone.
    """

    def __init__(
        self,
        model: ArrangementModel,
        before: Arrangement,
        after: Arrangement,
        name: str,
        show: Callable[[], None],
    ) -> None:
        super().__init__()
        self._model, self._show = model, show
        self._before, self._after, self._name = before, after, name
        self._arrangement_id = model.arrangement_id
        self._time_s = time.monotonic()
        self._is_new = True

    def id(self) -> int:
        """What Qt asks steps for that may become one."""
        return _ID

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Become one step with the next edit of the same name, if that follows at once."""
        assert isinstance(other, ArrangementStep)
        is_same = bool(self._name) and other._name == self._name
        if is_same and other._time_s - self._time_s < _SAME_EDIT_S:
            self._after, self._time_s = other._after, other._time_s
            return True
        return False

    def redo(self) -> None:
        """Put the later one in place; when the step is new, it is there already."""
        if not self._is_new:
            self._put(self._after)
        self._is_new = False

    def undo(self) -> None:
        """Put the earlier one in place."""
        self._put(self._before)

    def _put(self, arrangement: Arrangement) -> None:
        """Not into another arrangement that was opened since: then the step is dropped."""
        if self._model.arrangement_id == self._arrangement_id:
            self._show()
            self._model.restore(arrangement)
        else:
            self.setObsolete(True)
