"""The stretch of the time axis that is in sight, in seconds."""

from PySide6.QtCore import QObject, Signal, Slot

_SHORTEST_S = 0.05
_LEAST_ROOM_S = 10.0  # an arrangement that is shorter, or empty, has space to put layers
_ROOM = 1.25  # of the length: space behind the end
_MARGIN = 1.04  # of the length, where all of it is shown
ZOOM_STEP = 1.5


class TimeWindow(QObject):
    """Knows what is in sight of a time axis; it never leaves the axis and the room behind it.

    Signals:
        changed: Something else is in sight.

    Attributes:
        start_s: Where it begins.
        length_s: How much is in sight.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.start_s, self.length_s = 0.0, _LEAST_ROOM_S
        self._duration_s = 0.0
        self._is_fitted = True

    @property
    def stop_s(self) -> float:
        """Where it ends."""
        return self.start_s + self.length_s

    @property
    def room_s(self) -> float:
        """How far it may reach."""
        return max(_LEAST_ROOM_S, _ROOM * self._duration_s, self.stop_s)

    def set_duration(self, duration_s: float) -> None:
        """Note how long the arrangement is; while all of it is in sight, it stays so."""
        if duration_s != self._duration_s:
            self._duration_s = duration_s
            if self._is_fitted and duration_s > self.stop_s / _MARGIN:
                self.fit()
            else:
                self.changed.emit()

    @Slot()
    def fit(self) -> None:
        """Show all of the arrangement."""
        self._is_fitted = True
        self._show(0.0, max(_LEAST_ROOM_S, _MARGIN * self._duration_s))

    def show(self, start_s: float, stop_s: float) -> None:
        """Show a stretch."""
        self._is_fitted = False
        self._show(start_s, stop_s - start_s)

    def zoom(self, factor: float, centre_s: float) -> None:
        """Show 1 / `factor` as much time, a moment staying where it is."""
        length_s = max(_SHORTEST_S, min(self.length_s / factor, self.room_s))
        share = (centre_s - self.start_s) / self.length_s
        self._is_fitted = False
        self._show(centre_s - share * length_s, length_s)

    def pan(self, share: float) -> None:
        """Move on by a share of what is in sight, as far as there is room; below zero, back."""
        self._is_fitted = False
        room_s = max(_LEAST_ROOM_S, _ROOM * self._duration_s)
        latest_s = max(self.start_s, room_s - self.length_s) if share > 0 else self.start_s
        self._show(min(self.start_s + share * self.length_s, latest_s), self.length_s)

    def scroll_to(self, start_s: float) -> None:
        """Begin at a moment."""
        self._is_fitted = False
        self._show(start_s, self.length_s)

    def reach(self, moment_s: float) -> None:
        """Scroll to a moment that is not in sight."""
        if not self.start_s <= moment_s <= self.stop_s:
            self._show(moment_s, self.length_s)

    def _show(self, start_s: float, length_s: float) -> None:
        shown = max(0.0, start_s), max(_SHORTEST_S, length_s)
        if shown != (self.start_s, self.length_s):
            self.start_s, self.length_s = shown
            self.changed.emit()
