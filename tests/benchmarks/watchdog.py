"""How long the window's event loop was busy with something else."""

import time
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer, Slot

_BEAT_MS = 5


@dataclass(frozen=True)
class Stalls:
    """Waiting times in ms that a click would have met, over a stretch of the run.

    Attributes:
        median_ms, p99_ms, max_ms: Of the delays of a heartbeat every 5 ms.
        felt_p99_ms: The same for clicks at random moments: a long stall weighs by its length.
        beats: Number of heartbeats.
    """

    median_ms: float
    p99_ms: float
    max_ms: float
    felt_p99_ms: float
    beats: int

    def __str__(self) -> str:
        return (
            f"median {self.median_ms:5.1f}  99% {self.p99_ms:6.1f}  "
            f"felt 99% {self.felt_p99_ms:6.1f}  max {self.max_ms:6.1f} ms  ({self.beats} beats)"
        )


class Watchdog(QObject):
    """A heartbeat in the event loop; what it is late by is what everybody waits."""

    def __init__(self) -> None:
        super().__init__()
        self._late_s: list[float] = []
        self._last_s = 0.0
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_beat)

    def start(self) -> None:
        """Begin to listen, forgetting what was heard before."""
        self._late_s.clear()
        self._last_s = time.perf_counter()
        self._timer.start()

    def stop(self) -> Stalls:
        """What was heard."""
        self._timer.stop()
        return summary(np.array(self._late_s or [0.0]) * 1000)

    @Slot()
    def _on_beat(self) -> None:
        now_s = time.perf_counter()
        self._late_s.append(max(0.0, now_s - self._last_s - _BEAT_MS / 1000))
        self._last_s = now_s


def summary(late_ms: np.ndarray) -> Stalls:
    """Percentiles of the delays (n,), in ms."""
    median_ms, p99_ms = np.percentile(late_ms, (50, 99))
    return Stalls(
        median_ms=float(median_ms),
        p99_ms=float(p99_ms),
        max_ms=float(late_ms.max()),
        felt_p99_ms=_felt_percentile(late_ms, 0.99),
        beats=len(late_ms),
    )


def _felt_percentile(late_ms: np.ndarray, share: float) -> float:
    """The wait that a share of clicks at random moments stays below.

    A click falls into a gap of length g with a chance in proportion to g, and waits for the rest
    of it, anything between 0 and g.
    """
    gaps = late_ms + _BEAT_MS
    waits = np.linspace(0.0, gaps.max(), 20_001)
    ordered = np.sort(gaps)
    longer = np.concatenate(([0.0], np.cumsum(ordered[::-1])))[::-1]  # sum of gaps from i onward
    first = np.searchsorted(ordered, waits)
    beyond = longer[first] - waits * (len(ordered) - first)  # time during which one waits longer
    return float(waits[np.argmax(beyond <= (1 - share) * gaps.sum())])
