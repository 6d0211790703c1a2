"""Collects garbage in the window's thread, and in no other.

Python collects in the thread whose allocation passes a threshold. A Qt object that is
found there is destroyed there, which Qt forbids: its timers go on without it, and sooner or later
the program crashes. So automatic collection is off, and a timer of the window does the same work.
"""

import gc

from PySide6.QtCore import QObject, Qt, QTimer, Slot

_INTERVAL_MS = 500


class GarbageCollector(QObject):
    """Takes over from Python's automatic collection, for the rest of the process."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.disable()
        timer = QTimer(self, interval=_INTERVAL_MS)
        timer.setTimerType(Qt.TimerType.CoarseTimer)
        timer.timeout.connect(self._collect)
        timer.start()

    @Slot()
    def _collect(self) -> None:
        collect_due()


def collect_due() -> None:
    """Collect the oldest generation that Python's own thresholds say is due; most often none."""
    due = [
        generation
        for generation, (count, threshold) in enumerate(
            zip(gc.get_count(), gc.get_threshold(), strict=True)
        )
        if count > threshold > 0
    ]
    if due:
        gc.collect(max(due))
