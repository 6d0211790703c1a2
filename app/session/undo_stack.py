"""The undo stack: changes of the draft, the history and takes as steps that can be undone."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QUndoCommand, QUndoStack

from app.view_models.drafts.request_draft import RequestDraft

_SAME_EDIT_S = 1.5  # turns of a wheel, letters of a word: one step when they follow this closely
_SETTLED_MS = 0  # all that changes in one turn of the event loop is one step
_MOST_STEPS = 200
_AS_ONE = {"prompt", "segments"}  # the prompt is the first of those along time


class UndoStack(QObject):
    """Makes a step of every change of a draft, by whatever part of the studio.

    A seed that is drawn for every take is no change: only a locked one is remembered.

    Attributes:
        stack: All steps; those of the history and edits are pushed onto it as well.
    """

    def __init__(
        self,
        draft: RequestDraft,
        parent: QObject | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(_MOST_STEPS)
        self._draft = draft
        self._clock = clock
        self._last = _snapshot(draft)
        self._settled = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._settled.timeout.connect(self._note)
        draft.changed.connect(self._settled.start)

    @Slot()
    def undo(self) -> None:
        """Take the last change back."""
        self._note()
        self.stack.undo()

    @Slot()
    def redo(self) -> None:
        """Make the change that was taken back."""
        self._note()
        self.stack.redo()

    @Slot()
    def _note(self) -> None:
        """Push a step for what differs from the last snapshot."""
        self._settled.stop()
        before, after = self._last, _snapshot(self._draft)
        fields = {name for name in before if before[name] != after[name]}
        if fields:
            old, new = ({name: one[name] for name in fields} for one in (before, after))
            self.stack.push(_Change(self, old, new, self._clock()))

    def fill(self, values: Mapping[str, Any]) -> None:
        """Fill in values of a step without making another one of it."""
        seed = values.get("seed", ...)
        self._draft.fill({name: value for name, value in values.items() if value is not None})
        if "init_audio" in values:
            self._draft.set_value("init_audio", values["init_audio"])
        if seed is not ...:
            self._draft.set_seed_locked(seed is not None)
        self._settled.stop()
        self._last = _snapshot(self._draft)


class _Change(QUndoCommand):
    """Some fields that got other values."""

    def __init__(
        self, steps: UndoStack, old: dict[str, Any], new: dict[str, Any], time_s: float
    ) -> None:
        super().__init__()
        self._steps, self._old, self._new, self._time_s = steps, old, new, time_s

    def id(self) -> int:  # Qt asks for changes to merge by this
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Become one step with the next change of the same field, if that follows at once."""
        assert isinstance(other, _Change)
        fields = self._new.keys()
        is_same = other._new.keys() == fields and (len(fields) == 1 or fields == _AS_ONE)
        if is_same and other._time_s - self._time_s < _SAME_EDIT_S:
            self._new, self._time_s = other._new, other._time_s
            return True
        return False

    def redo(self) -> None:
        """Fill in the new values; when it is pushed, they are there already."""
        self._steps.fill(self._new)

    def undo(self) -> None:
        """Fill in the old values."""
        self._steps.fill(self._old)


def _snapshot(draft: RequestDraft) -> dict[str, Any]:
    """All fields; the seed is None while it is not locked."""
    values = json.loads(draft.to_json())
    locked = values.pop("seed_locked")
    return {**values, "seed": values["seed"] if locked else None}
