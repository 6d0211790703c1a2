"""How much a continuation of a take adds."""

from PySide6.QtCore import QObject, Signal, Slot

from core.api.request import MIN_DURATION_S

USUAL_S = 5.0
OFFERED_S = (1.0, 2.0, USUAL_S, 10.0, 20.0, 30.0, 60.0)
LONGEST_S = 3600.0


class Continuation(QObject):
    """Holds the length that "Continue to the right" and "to the left" add.

    Signals:
        changed: They add another length.

    Attributes:
        added_s: That length in seconds, from `MIN_DURATION_S` to `LONGEST_S`.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.added_s = USUAL_S

    @property
    def is_offered(self) -> bool:
        """Whether it is one of the lengths that are offered."""
        return self.added_s in OFFERED_S

    @Slot(float)
    def set_added(self, added_s: float) -> None:
        """Add another length, or the nearest to it that can be added."""
        added_s = max(MIN_DURATION_S, min(added_s, LONGEST_S))
        if self.added_s != added_s:
            self.added_s = added_s
            self.changed.emit()
