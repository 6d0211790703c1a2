"""A run within a run that says nothing."""

from core.progress import InnerProgress, Progress


class QuietProgress(InnerProgress):
    """Shares the cancel flag of `parent` and swallows events.

    The statistics passes of the approximate modes run the same executor as the tiles do; their
    tiles are not those on the screen.
    """

    def __init__(self, parent: Progress) -> None:
        super().__init__(parent)
