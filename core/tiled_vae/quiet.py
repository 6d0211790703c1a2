"""A run within a run: it can be cancelled with its parent, but says nothing."""

from core.progress import Progress


class QuietProgress(Progress):
    """Shares the cancel flag of `parent` and swallows events.

    The statistics passes of the approximate modes run the same executor as the tiles do; their
    tiles are not those on the screen.
    """

    def __init__(self, parent: Progress) -> None:
        super().__init__()
        self._parent = parent

    @property
    def cancelled(self) -> bool:
        """Whether the parent was cancelled."""
        return self._parent.cancelled

    def cancel(self) -> None:
        """Cancel the parent."""
        self._parent.cancel()

    def check_cancelled(self) -> None:
        """Leave the run if the parent's owner wants so."""
        self._parent.check_cancelled()
