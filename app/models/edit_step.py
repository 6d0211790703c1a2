"""An edit of a take as a step that can be undone and made again."""

from collections.abc import Callable

from PySide6.QtGui import QUndoCommand

from app.models.opened_take import OpenedTake

Show = Callable[[OpenedTake], None]


class EditStep(QUndoCommand):
    """Shows the take after the edit, or the one before; both are finished, nothing is made anew.

    Args:
        text: What was done, for a menu.
        before: The take as it was.
        after: The take as it is.
        show: Brings a take on stage.
    """

    def __init__(self, text: str, before: OpenedTake, after: OpenedTake, show: Show) -> None:
        super().__init__(text)
        self._before, self._after, self._show = before, after, show

    def redo(self) -> None:
        """Show what came of the edit."""
        self._show(self._after)

    def undo(self) -> None:
        """Show the take before it."""
        self._show(self._before)
